// A process of its own, started on a disk that may only be read. Argument: a folder on it with a store. Says as JSON
// what writing and reading end with.
import { StoreError } from "../../runtime/contract/errors.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";

const store = await openFolderStore(`${Deno.args[0]}/store`);
const body = new TextEncoder().encode("x");
const results: string[] = [];
const messages: string[] = [];

for (
  const act of [() => store.put("a", body), () => store.put("a", body, { ifAbsent: true }), () => store.copy("b", "c")]
) {
  try {
    results.push(String(await act()));
  } catch (thrown) {
    results.push(thrown instanceof StoreError ? thrown.failure : String(thrown));
    messages.push(thrown instanceof Error ? thrown.message : "");
  }
}
console.log(JSON.stringify({ results, message: messages[0], read: new TextDecoder().decode(await store.get("b")) }));
