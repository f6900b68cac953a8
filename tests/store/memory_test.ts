import { createMemoryStore } from "../../runtime/store/memory.ts";
import { objectStoreSuite } from "../suites/object_store_suite.ts";

objectStoreSuite("createMemoryStore()", () => {
  const store = createMemoryStore();
  return Promise.resolve({
    store,
    again: () => Promise.resolve(store),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
