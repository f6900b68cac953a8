// A process of its own, started on a disk of about one megabyte that may be full or read-only. Argument: a folder on it.
// Checks files out into it and says as JSON what happened.
import { StoreError } from "../../runtime/contract/errors.ts";
import { checkoutsTo, textsIn } from "./checkouts.ts";

const folder = `${Deno.args[0]}/out`;
const { add, out } = checkoutsTo(folder);
const small = Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`s${at}`, `${at}`]));
const large = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`l${at}`, `${at}`.repeat(50_000)]));
await add(large);
await add(small);

const failed = await out(1).then(() => undefined, (thrown: unknown) => thrown);
const isTorn = Object.entries(textsOf()).some(([path, text]) => text !== large[path]);
const then = await out(2).then((done) => done.written, () => "failed");
console.log(JSON.stringify({
  failure: failed instanceof StoreError ? failed.failure : String(failed),
  message: failed instanceof Error ? failed.message : "",
  isTorn,
  then,
  left: Object.keys(textsOf()).length,
}));

function textsOf() {
  try {
    return textsIn(folder);
  } catch {
    return {};
  }
}
