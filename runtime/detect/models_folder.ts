// Where weights that were fetched are kept. Pure.

/** `FRAMEWRIGHT_MODELS`, else the folder for caches of this system; below the working folder where there is no home. */
export function modelsFolderOf(env: Readonly<Record<string, string>>, os: string): string {
  if (env.FRAMEWRIGHT_MODELS) return env.FRAMEWRIGHT_MODELS;
  if (os === "windows" && env.LOCALAPPDATA) return `${env.LOCALAPPDATA}\\framewright\\models`;
  const home = env.HOME || env.USERPROFILE || ".";
  const caches = os === "darwin" ? `${home}/Library/Caches` : env.XDG_CACHE_HOME || `${home}/.cache`;
  return `${caches}/framewright/models`;
}
