// `doctor`: looks at everything that a run may need, and says what is missing and how to mend it.
import { exitCodes } from "../../contract/exit_codes.ts";
import { isRemote } from "../../store/open.ts";
import { type Context, storeSpec, styleFor, writeLines } from "../context.ts";
import { checkBackends } from "../doctor/backends.ts";
import { checkCharts } from "../doctor/charts.ts";
import { checkCodecs } from "../doctor/codecs.ts";
import { checkDeno } from "../doctor/deno.ts";
import type { Area, Finding } from "../doctor/finding.ts";
import { checkFolderStore } from "../doctor/folder_store.ts";
import { areaLines, verdictLine, widestName } from "../doctor/lines.ts";
import { checkModels } from "../doctor/models.ts";
import { checkPrograms } from "../doctor/programs.ts";
import { checkRedis } from "../doctor/redis.ts";

export type DoctorOptions = { readonly store?: string; readonly json?: boolean; readonly color: boolean };

/** Returns the exit code: that of the store where the store has a problem, else that of any other problem. */
export async function doctor({ store, json = false, color }: DoctorOptions, context: Context): Promise<number> {
  const { out, size } = context.terminal;
  const areas: Area[] = [];
  const { paint } = styleFor(out, context, color);
  for (const { title, isStore, check } of checksOf(storeSpec(store, context), context)) {
    const area: Area = { title, ...(isStore === true ? { isStore } : {}), findings: await check() };
    areas.push(area);
    const width = Math.min(100, size().columns);
    writeLines(out, json ? jsonLines(area) : areaLines(area, column, width, paint));
  }
  if (!json) writeLines(out, [verdictLine(areas, paint)]);
  return exitCodeFor(areas);
}

type Check = {
  readonly title: string;
  readonly isStore?: boolean;
  readonly check: () => readonly Finding[] | Promise<readonly Finding[]>;
};

/** Wide enough for the longest name that any check gives: areas are shown as they come. */
const column = widestName(["conditional writes"]);

function checksOf(store: string, context: Context): readonly Check[] {
  const { root, env } = context;
  return [
    { title: "Deno", check: checkDeno },
    { title: `Store ${store}`, isStore: true, check: () => checkStore(store, env) },
    { title: "Pictures", check: async () => [...await checkCodecs(), ...await checkCharts()] },
    { title: "Models", check: async () => [...await checkModels(context), ...await checkBackends(root)] },
    { title: "Programs", check: () => checkPrograms(env, root) },
    { title: "Services", check: async () => [await checkRedis(env.REDIS_URL)] },
  ];
}

async function checkStore(store: string, env: Context["env"]): Promise<readonly Finding[]> {
  if (!isRemote(store)) return checkFolderStore(store);
  return await (await import("../doctor/bucket_store.ts")).checkBucketStore(store, env);
}

function jsonLines({ title, findings }: Area): string[] {
  const area = title.split(" ")[0]?.toLowerCase();
  return findings.map((finding) => JSON.stringify({ area, ...finding }));
}

function exitCodeFor(areas: readonly Area[]): number {
  const sick = areas.filter(({ findings }) => findings.some(({ state }) => state === "problem"));
  if (sick.some(({ isStore }) => isStore === true)) return exitCodes.store;
  return sick.length > 0 ? exitCodes.usage : exitCodes.ok;
}
