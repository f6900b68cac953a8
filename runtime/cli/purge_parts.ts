// What the exports of a version need to write its files again, outside a run.
import type { PixelsHost } from "../host/pixels.ts";
import { createLoader } from "../host/loader.ts";
import { createPixelsHost } from "../host/pixels.ts";
import { createScratch } from "../host/scratch.ts";
import { readHeader } from "../image/header.ts";
import { nativeIdentity, openNativeCodec } from "../image/native.ts";
import { createRenderer, type Renderer, renderVersion } from "../image/render.ts";
import type { Pipeline } from "../contract/manifest.ts";
import { createCall, sleep } from "../engine/call.ts";
import { exportsOfVersion } from "../engine/purge_exports.ts";
import type { Rewriting } from "../engine/purge_rewrite.ts";
import type { RunDeps } from "../engine/run.ts";
import type { DatasetStorage } from "../store/open.ts";
import type { Context } from "./context.ts";
import { noWorld } from "../engine/no_world.ts";

export type PurgeParts = Disposable & { readonly exporting: Rewriting["exporting"] };

/** `say` tells people what an export tells. */
export function createPurgeParts(
  storage: DatasetStorage,
  { root, env }: Context,
  say: (text: string) => void,
): PurgeParts {
  const { folder } = storage.store;
  const temporary = folder === undefined ? Deno.makeTempDirSync({ prefix: "framewright-" }) : undefined;
  const scratch = createScratch(`${temporary ?? `${folder}/tmp`}/purge-${Deno.pid}`);
  const here = { ...createLoader(root), env, concurrency: navigator.hardwareConcurrency };
  return {
    async exporting(before) {
      const { pipeline, version } = await exportsOfVersion(before, here);
      return { deps: depsOf(storage, pipeline, scratch.spill, say), version };
    },
    [Symbol.dispose]() {
      scratch.close();
      if (temporary !== undefined) Deno.removeSync(temporary, { recursive: true });
    },
  };
}

function depsOf(
  storage: DatasetStorage,
  pipeline: Pipeline,
  spill: RunDeps["spill"],
  say: (text: string) => void,
): RunDeps {
  const { maxPixels } = pipeline.limits;
  let opened: Promise<Renderer> | undefined;
  const renderer = () => opened ??= openNativeCodec().then((codec) => createRenderer(codec, { maxPixels }));
  const pixels: PixelsHost = createPixelsHost({
    read: (digest) => storage.blobs.get(digest),
    raster: async (bytes, image, use) => (await renderer()).raster(bytes, image, use),
  });
  return {
    run: "purge",
    pipeline,
    storage,
    files: { walk: nothing, read: never, text: never, states: never },
    buckets: { open: never },
    world: noWorld,
    detectors: { plan: never, open: never },
    classifiers: { plan: never, open: never },
    pixels,
    codec: {
      identity: `${nativeIdentity}, rendering ${renderVersion}`,
      encodeMany: async (bytes, images, encoding) => (await renderer()).encodeMany(bytes, images, encoding),
      thumbnail: async (bytes, image, edge) => (await renderer()).thumbnail(bytes, image, edge),
    },
    readHeader,
    call: createCall({ timeoutMs: 600_000, retries: 0, entering: () => {}, sleep, random: Math.random }),
    spill,
    emit: (event) => event.event === "log" && say(event.text),
    now: () => performance.now(),
    today: () => new Date().toISOString(),
    environment: {},
    dryRun: false,
  };
}

async function* nothing() {}

/** Exports have no such doors. */
function never(): Promise<never> {
  return Promise.reject(new TypeError("Cannot reach the world from a purge"));
}
