// The project's own lint rules, run by `deno lint`. CONTRIBUTING.md says what they ask for.
import { chance, effects, heavy } from "./effects.ts";
import { bareError, errorMessage } from "./errors.ts";
import { importMap, layers } from "./imports.ts";
import { defaultExport, fileLength, fileName, functionLength, topLevelFunction } from "./shape.ts";
import { testName, testSwitch } from "./tests.ts";

const plugin: Deno.lint.Plugin = {
  name: "framewright",
  rules: {
    "layers": layers,
    "import-map": importMap,
    "effects": effects,
    "chance": chance,
    "heavy-import": heavy,
    "file-name": fileName,
    "file-length": fileLength,
    "function-length": functionLength,
    "top-level-function": topLevelFunction,
    "default-export": defaultExport,
    "bare-error": bareError,
    "error-message": errorMessage,
    "test-name": testName,
    "test-switch": testSwitch,
  },
};

export default plugin;
