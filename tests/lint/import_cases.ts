// Cases of the rules on imports and on touching the world.
import type { RuleCases } from "./cases.ts";

export const importCases: Readonly<Record<string, RuleCases>> = {
  "layers": {
    refuses: [
      ["plugins/crop.ts", 'import { flip } from "./flip.ts";'],
      ["plugins/crop.ts", 'import type { Item } from "../runtime/contract/item.ts";'],
      ["sources/motogp.ts", 'export { default } from "./folder.ts";'],
      ["sources/motogp.ts", 'export * from "../runtime/host/files.ts";'],
      ["runtime/contract/item.ts", 'import { edited } from "../image/edits.ts";'],
      ["runtime/contract/item.ts", 'type Edited = import("../image/edits.ts").Edited;'],
      ["runtime/store/memory.ts", 'const run = await import("../engine/run.ts");'],
      ["runtime/store/memory.ts", 'new Worker(new URL("../engine/worker.ts", import.meta.url));'],
      ["runtime/plugin.ts", 'export * from "./image/native.ts";'],
      ["runtime/image/edits.ts", 'import { decode } from "./native.ts";'],
      ["runtime/engine/run.ts", 'import flip from "../../plugins/flip.ts";'],
      ["runtime/cli/new.ts", 'import { compare } from "../../scripts/bench/compare.ts";'],
      ["main.ts", 'import { assetPath } from "./tests/assets.ts";'],
      ["runtime/somewhere/new.ts", 'import { keep } from "../plugin.ts";'],
    ],
    accepts: [
      ["plugins/crop.ts", 'import { z } from "../runtime/plugin.ts";\nimport { parse } from "csv-parse/sync";'],
      ["runtime/plugin.ts", 'export * from "./contract/item.ts";\nexport { edited } from "./image/edits.ts";'],
      [
        "runtime/contract/item.ts",
        'import { compareUtf8 } from "./json.ts";\nimport { createHash } from "node:crypto";',
      ],
      ["runtime/engine/run.ts", 'import { openStore } from "../store/open.ts";\nimport { passed } from "./pass.ts";'],
      ["runtime/engine/run.ts", 'new URL("../nowhere", folder);\nawait import(name);'],
      ["main.ts", 'import { main } from "./runtime/cli/main.ts";'],
      ["tests/plugins/flip_test.ts", 'import flip from "../../plugins/flip.ts";'],
      ["scripts/bench/motogp.ts", 'import { edited } from "../../runtime/image/edits.ts";'],
    ],
  },
  "import-map": {
    refuses: [
      ["plugins/charts.ts", 'import { Chart } from "npm:chart.js@4.6.1";'],
      ["scripts/data.ts", 'import { walk } from "jsr:@std/fs";'],
      ["runtime/cli/run.ts", 'const colours = await import("https://example.com/colours.ts");'],
      ["tests/store/memory_test.ts", 'import "/opt/store.ts";'],
    ],
    accepts: [
      ["plugins/charts.ts", 'import { parse } from "csv-parse/sync";\nimport { join } from "node:path";'],
      ["plugins/charts.ts", 'const link = "npm:chart.js";'],
    ],
  },
  "effects": {
    refuses: [
      ["plugins/crop.ts", 'const text = Deno.readTextFileSync("a.txt");'],
      ["sources/urls.ts", 'const answer = await fetch("http://127.0.0.1");'],
      ["sources/urls.ts", 'const answer = await globalThis.fetch("http://127.0.0.1");'],
      ["runtime/engine/run.ts", "const env = globalThis.Deno.env;"],
      ["runtime/engine/run.ts", 'import { readFile } from "node:fs/promises";'],
      ["runtime/manifest/parse.ts", 'const { readFile } = await import("node:fs");'],
      ["plugins/exec.ts", 'import { spawn } from "child_process";'],
    ],
    accepts: [
      ["main.ts", "Deno.exit(0);"],
      ["runtime/store/folder_files.ts", 'Deno.openSync("a.txt");'],
      ["runtime/host/files.ts", 'import { open } from "node:fs/promises";'],
      ["runtime/engine/worker.ts", "const root = Deno.cwd();"],
      ["runtime/engine/run.ts", 'import type { Stats } from "node:fs";\nimport { join } from "node:path";'],
      ["plugins/crop.ts", 'const name = host.fetch("Deno");'],
      ["scripts/bench/motogp.ts", "Deno.args;"],
    ],
  },
  "chance": {
    refuses: [
      ["plugins/random_crop.ts", "const x = Math.random();"],
      ["plugins/split.ts", "const seed = crypto.randomUUID();"],
      ["runtime/engine/run.ts", "const started = Date.now();"],
      ["runtime/report/text.ts", "const today = new Date();"],
    ],
    accepts: [
      ["plugins/random_crop.ts", "const x = Math.floor(host.random(item)());"],
      ["runtime/report/text.ts", "const day = new Date(times.startedAt);"],
      ["runtime/engine/worker.ts", "const started = Date.now();"],
      ["tests/store/memory_test.ts", "const name = Math.random();"],
    ],
  },
  "heavy-import": {
    refuses: [
      ["runtime/image/native.ts", 'import sharp from "sharp";'],
      ["runtime/report/chart.ts", 'import { Chart } from "chart.js/auto";'],
    ],
    accepts: [
      [
        "runtime/image/native.ts",
        'import type { Sharp } from "sharp";\nconst { default: sharp } = await import("sharp");',
      ],
      ["scripts/bench/motogp_sharp.ts", 'import sharp from "sharp";'],
    ],
  },
};
