// A process of its own that holds a lease until it is killed. Argument: the store's folder. Says "ready".
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createLeases } from "../../runtime/store/leases.ts";

await createLeases(await openFolderStore(Deno.args[0] ?? "")).open("run motogp");
console.log("ready");
