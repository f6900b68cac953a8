import { openFolderStore } from "../../runtime/store/folder.ts";
import { objectStoreSuite } from "../suites/object_store_suite.ts";
import { temporaryFolder } from "./temporary_folder.ts";

objectStoreSuite("openFolderStore()", async () => {
  const { path, [Symbol.asyncDispose]: remove } = await temporaryFolder();
  const again = () => openFolderStore(`${path}/store`);
  const store = await again();
  const close = async () => {
    await store.flush();
    await remove();
  };
  return { store, again, [Symbol.asyncDispose]: close };
});
