// Tables as files, read through the door that sources read them through.
import { createInputsHost } from "../../runtime/host/inputs.ts";
import { type TableOptions, type TableRow, tableRows } from "../../runtime/kit/table_rows.ts";
import { inFolder, putFile } from "../temp_folder.ts";

const never = new AbortController().signal;

/** The rows of a file with a content. */
export function rowsOf(name: string, content: string | Uint8Array, options: TableOptions = {}): Promise<TableRow[]> {
  return inFolder(async (root) => {
    putFile(root, name, content);
    await using file = await createInputsHost({ scratch: root }).open(`${root}/${name}`, never);
    return await Array.fromAsync(tableRows(file, options, never));
  });
}

/** Cells of a row, or what its flaw says. */
export function shortOf(row: TableRow): unknown {
  return "broken" in row ? row.broken.detail : Object.values(row.cells);
}

/** Content packed as gzip. */
export async function gzipped(content: string | readonly string[]): Promise<Uint8Array> {
  const packed = new Blob([content].flat()).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
