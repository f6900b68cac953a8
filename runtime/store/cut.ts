// Cuts a long sequence of lines where the lines themselves say so: a change moves only the cuts next to it.

/** Lines of a chunk on average, when they differ. */
const meanLines = 1024;
/** Fewer lines are only at the end: neighbours that all say "cut here" would make chunks of one line. */
const fewestLines = 256;
const mostLines = 4096;
/** Characters after which a chunk ends, whatever its lines say. */
const mostCharacters = 4 << 20;

/** Chunks of 1 to 4,096 lines, in order; none for no lines. */
export async function* cutByContent(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncIterable<readonly string[]> {
  let chunk: string[] = [];
  let characters = 0;
  for await (const line of lines) {
    chunk.push(line);
    characters += line.length;
    if (!endsAfter(line, chunk.length, characters)) continue;
    yield chunk;
    chunk = [];
    characters = 0;
  }
  if (chunk.length > 0) yield chunk;
}

function endsAfter(line: string, count: number, characters: number): boolean {
  if (count >= mostLines || characters >= mostCharacters) return true;
  return count >= fewestLines && hashOf(line) % (meanLines - fewestLines) === 0;
}

/** FNV-1a over UTF-16 code units, its bits mixed at the end: fast, the same everywhere, and not for secrets. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
