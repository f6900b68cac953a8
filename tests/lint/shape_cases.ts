// Cases of the rules on files and functions.
import type { RuleCases } from "./cases.ts";

export const shapeCases: Readonly<Record<string, RuleCases>> = {
  "file-name": {
    refuses: [
      ["runtime/engine/itemStage.ts", ""],
      ["runtime/engine/item-stage.ts", ""],
      ["runtime/engine/utils.ts", ""],
      ["runtime/store/path_helpers.ts", ""],
      ["tests/common/store_test.ts", ""],
      ["runtime/engine/run_manager.ts", ""],
    ],
    accepts: [
      ["runtime/engine/item_stage.ts", ""],
      ["runtime/image/v2_0.ts", ""],
      ["main.ts", ""],
      ["elsewhere/itemStage.ts", ""],
    ],
  },
  "file-length": {
    refuses: [
      ["runtime/engine/run.ts", "//\n".repeat(301)],
      ["tests/engine/run_test.ts", "//\n".repeat(301)],
    ],
    accepts: [["runtime/engine/run.ts", "//\n".repeat(300)]],
  },
  "function-length": {
    refuses: [
      ["main.ts", `export function main() {\n${"run();\n".repeat(59)}}`],
      ["main.ts", `const main = wrap(async () => {\n${"run();\n".repeat(59)}});`],
      ["main.ts", `const commands = { run() {\n${"run();\n".repeat(59)}} };`],
    ],
    accepts: [
      ["main.ts", `export function main() {\n${"run();\n".repeat(58)}}`],
      ["main.ts", `export const table = [\n${"1,\n".repeat(100)}];`],
    ],
  },
  "top-level-function": {
    refuses: [
      ["main.ts", "const main = () => {};"],
      ["main.ts", "export const main = async () => {};"],
      ["main.ts", "const a = 1, main = function () {};"],
    ],
    accepts: [
      ["main.ts", "function main() { const inner = () => {}; return inner; }"],
      ["main.ts", "const handlers = { run: () => {} };"],
      ["main.ts", "for (const name of names) { const run = () => name; run(); }"],
      ["main.ts", "const quick = memoized(() => 1);"],
    ],
  },
  "default-export": {
    refuses: [
      ["runtime/engine/run.ts", "export default function run() {}"],
      ["runtime/engine/run.ts", "export default { run: 1 };"],
      ["plugins/crop.ts", "export const crop = defineItemStep({});"],
      ["sources/folder.ts", ""],
    ],
    accepts: [
      ["runtime/engine/run.ts", "export function run() {}"],
      ["plugins/crop.ts", "export default defineItemStep({});"],
      ["scripts/lint/plugin.ts", "const plugin = {};\nexport default plugin;"],
    ],
  },
};
