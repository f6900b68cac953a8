// Deno itself: its version, and what it may do.
import { type Finding, ok, problem, warning } from "./finding.ts";

/** The version that everything is tested with. */
const tested = { major: 2, minor: 9 };

export function checkDeno(): Finding[] {
  return [versionFinding(Deno.version.deno), permissionsFinding()];
}

/** Pure. */
export function versionFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const wanted = `${tested.major}.${tested.minor}`;
  if (major > tested.major) {
    return warning("version", `${version}, newer than any tested`, `${wanted} is what is tested`);
  }
  if (major === tested.major && minor >= tested.minor) return ok("version", `${version} on ${Deno.build.target}`);
  return problem("version", `${version} is too old`, `Run \`deno upgrade\`: ${wanted} or newer is needed`);
}

const uses = {
  read: "images, manifests and stores",
  write: "stores",
  env: "settings and secrets",
  ffi: "the image codec, charts and native models",
  sys: "the image codec",
  net: "S3, Redis and downloads of models",
} as const;

function permissionsFinding(): Finding {
  const names = Object.keys(uses) as (keyof typeof uses)[]; // its own keys
  const lacking = names.filter((name) => Deno.permissions.querySync({ name }).state !== "granted");
  if (lacking.length === 0) return ok("permissions", names.join(", "));
  const found = lacking.map((name) => `no --allow-${name}, for ${uses[name]}`).join("; ");
  const mend = "Start it with `deno task fw`, which grants them";
  return lacking.every((name) => name === "net")
    ? warning("permissions", found, mend)
    : problem("permissions", found, mend);
}
