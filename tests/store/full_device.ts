// A process of its own that writes to the device that is always full, and says what kind of failure that is.
import { StoreError } from "../../runtime/contract/errors.ts";
import { storeErrorOf } from "../../runtime/store/failures.ts";
import { writeAll } from "../../runtime/store/folder_files.ts";

using file = Deno.openSync("/dev/full", { write: true });
const thrown = await writeAll(file, new Uint8Array(10)).catch((error) => storeErrorOf("write", "/dev/full", error));
console.log(thrown instanceof StoreError ? thrown.failure : thrown);
