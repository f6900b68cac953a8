// The source `video` in tests: opened on real files, with its records and the pixels of its frames.
import assert from "node:assert/strict";
import sharp from "sharp";
import { createProgramsHost } from "../../runtime/host/programs.ts";
import type { EarlierRecord, ListedRecord, SourceHost } from "../../runtime/plugin.ts";
import video from "../../sources/video.ts";
import { createSourceHost } from "./host.ts";

const never = new AbortController().signal;

export type Listed = {
  readonly records: readonly ListedRecord[];
  readonly logs: readonly string[];
  /** The programs that were started, by their names. */
  readonly started: readonly string[];
};

export type Asked = {
  readonly earlier?: readonly ListedRecord[];
  readonly signal?: AbortSignal;
  readonly most?: number;
  readonly host?: Partial<SourceHost>;
};

/** All records, in the order of their keys, as the engine sorts them. */
export async function listed(options: Record<string, unknown>, asked: Asked = {}): Promise<Listed> {
  await using programs = createProgramsHost({ env: Deno.env.toObject(), folder: Deno.cwd() });
  const logs: string[] = [];
  const started: string[] = [];
  const host: SourceHost = {
    ...createSourceHost({ logs }),
    programs: {
      find: programs.find,
      start(request, signal) {
        started.push(request.command);
        return programs.start(request, signal);
      },
    },
    ...(asked.earlier === undefined ? {} : { earlier: () => known(asked.earlier ?? []) }),
    ...asked.host,
  };
  const source = await video.open(video.options.parse(options), host);
  const records: ListedRecord[] = [];
  for await (const record of source.records(asked.signal ?? never)) {
    records.push(record);
    if (records.length === asked.most) break;
  }
  const keys = records.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length, `keys came twice: ${keys}`);
  return { records: records.toSorted((a, b) => a.key < b.key ? -1 : 1), logs, started };
}

async function* known(records: readonly ListedRecord[]): AsyncGenerator<EarlierRecord> {
  for (const { bytes: _, ...record } of records) yield { record };
}

export async function recordsOf(options: Record<string, unknown>, asked?: Asked): Promise<readonly ListedRecord[]> {
  return (await listed(options, asked)).records;
}

/** The times of the frames, from their facts. */
export function timesOf(records: readonly ListedRecord[]): unknown[] {
  return records.map(({ facts }) => facts?.time);
}

/** The mean colour of a part of a frame, given in shares of its width and height. */
export async function colorAt(
  { bytes = new Uint8Array() }: ListedRecord,
  [x, y, width, height]: readonly [number, number, number, number],
): Promise<number[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const sums = [0, 0, 0];
  let count = 0;
  for (let row = Math.floor(y * info.height); row < (y + height) * info.height; row++) {
    for (let column = Math.floor(x * info.width); column < (x + width) * info.width; column++) {
      for (let channel = 0; channel < 3; channel++) {
        sums[channel] = (sums[channel] ?? 0) + (data[(row * info.width + column) * info.channels + channel] ?? 0);
      }
      count++;
    }
  }
  return sums.map((sum) => sum / count);
}

/** Colours are equal but for what coding loses. */
export function assertNear(found: readonly number[], wanted: readonly number[], within: number, what: string): void {
  const far = found.some((value, index) => Math.abs(value - (wanted[index] ?? NaN)) > within);
  assert.ok(!far && found.length === wanted.length, `${what}: ${found.map(Math.round)} is not near ${wanted}`);
}

export async function sizeOfFrame({ bytes = new Uint8Array() }: ListedRecord): Promise<[number, number]> {
  const { width = 0, height = 0 } = await sharp(bytes).metadata();
  return [width, height];
}
