import { openS3Store } from "../../runtime/store/s3.ts";
import { openBucket, s3Test } from "../s3/server.ts";
import { objectStoreSuite } from "../suites/object_store_suite.ts";

objectStoreSuite("openS3Store()", async () => {
  const bucket = await openBucket();
  const again = () => openS3Store(bucket.address("a/b"));
  const store = await again();
  const close = async () => {
    await store.flush();
    await bucket[Symbol.asyncDispose]();
  };
  return { store, again, [Symbol.asyncDispose]: close };
}, s3Test);
