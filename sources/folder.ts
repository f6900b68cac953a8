import { defineSource, fileOptions, fileRecords, folderOf, z } from "../runtime/plugin.ts";

/** Every file below a folder, one record each. The fact `folder` is there so that frames that were recorded together
 *  can be kept together (`split` with `group_by: folder`). */
export default defineSource({
  name: "folder",
  version: 1,
  summary: "Images in a folder and its sub-folders",
  options: z.strictObject(fileOptions),
  gives: ["folder"],
  open: (options, { files }) => ({
    records: (signal) => fileRecords(files, options, (path) => ({ facts: { folder: folderOf(path) } }), signal),
    read: ({ key }, signal) => files.read(options.path, key, signal),
  }),
});
