// The header of an AVIF: the properties of its primary item, found by walking boxes.
import { ItemError } from "../contract/errors.ts";
import type { ImageHeader } from "../contract/image.ts";
import { fourCc, hasText, viewOf, within } from "./binary.ts";

/** A box; `from` and `to` enclose its content. */
type Box = { readonly type: number; readonly from: number; readonly to: number };

const maxBoxes = 4096;

/** Throws `RangeError` when the data ends inside the header, `ItemError` when the header is nonsense. */
export function readAvifHeader(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  const meta = need("meta", boxesIn(view, 0, bytes.length));
  const parts = boxesIn(view, meta.from + 4, meta.to);
  const properties = boxesIn(view, ...contentOf(need("iprp", parts)));
  const all = boxesIn(view, ...contentOf(need("ipco", properties)));
  const primary = primaryItem(view, need("pitm", parts));
  const own = associated(view, need("ipma", properties), primary)
    .flatMap((index) => all[index - 1] ?? []);
  const alpha = all.some((box) => box.type === fourCc("auxC") && isAlpha(bytes, box));
  const monochrome = own.some((box) => box.type === fourCc("av1C") && (view.getUint8(box.from + 2) & 0x10) !== 0);
  return {
    format: "avif",
    ...sizeOf(view, own),
    channels: (monochrome ? 1 : 3) + (alpha ? 1 : 0),
    depth: own.some((box) => box.type === fourCc("av1C") && (view.getUint8(box.from + 2) & 0x40) !== 0) ? 16 : 8,
    orientation: 1,
    pages: 1,
    alpha,
    cmyk: false,
    progressive: false,
    icc: own.some((box) => box.type === fourCc("colr") && hasIcc(bytes, box)),
  };
}

function contentOf(box: Box): [number, number] {
  return [box.from, box.to];
}

function need(type: string, boxes: readonly Box[]): Box {
  const found = boxes.find((box) => box.type === fourCc(type));
  if (found === undefined) throw new ItemError("bad_header", `Cannot read avif header: it has no ${type} box`);
  return found;
}

/** The boxes of a container. Ends quietly at the first that does not fit. */
function boxesIn(view: DataView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to && boxes.length < maxBoxes;) {
    const short = view.getUint32(at);
    const length = short === 0 ? to - at : short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    const head = short === 1 ? 16 : 8;
    if (length < head) break;
    boxes.push({ type: view.getUint32(at + 4), from: at + head, to: Math.min(at + length, to) });
    at += length;
  }
  return boxes;
}

function primaryItem(view: DataView, pitm: Box): number {
  return view.getUint8(pitm.from) === 0 ? view.getUint16(pitm.from + 4) : view.getUint32(pitm.from + 4);
}

/** Indices, from 1, of the properties of an item. */
function associated(view: DataView, ipma: Box, item: number): number[] {
  const wideItems = view.getUint8(ipma.from) >= 1;
  const wideIndices = (view.getUint8(ipma.from + 3) & 1) === 1;
  let entries = view.getUint32(ipma.from + 4);
  for (let at = ipma.from + 8; entries > 0 && at < ipma.to; entries--) {
    const id = wideItems ? view.getUint32(at) : view.getUint16(at);
    at += wideItems ? 4 : 2;
    const count = view.getUint8(at++);
    const width = wideIndices ? 2 : 1;
    if (id === item) {
      return Array.from({ length: count }, (_, index) => propertyIndex(view, at + index * width, wideIndices));
    }
    at += count * width;
  }
  return [];
}

/** The top bit says whether the property is essential. */
function propertyIndex(view: DataView, at: number, wide: boolean): number {
  return wide ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f;
}

function sizeOf(view: DataView, own: readonly Box[]): { readonly width: number; readonly height: number } {
  const ispe = need("ispe", own);
  let size = { width: view.getUint32(ispe.from + 4), height: view.getUint32(ispe.from + 8) };
  for (const box of own) {
    if (box.type === fourCc("clap")) size = clapped(view, box);
    if (box.type === fourCc("irot") && (view.getUint8(box.from) & 1) === 1) {
      size = { width: size.height, height: size.width };
    }
  }
  return size;
}

function clapped(view: DataView, clap: Box): { readonly width: number; readonly height: number } {
  const ratio = (at: number) => Math.round(view.getUint32(at) / Math.max(1, view.getUint32(at + 4)));
  return { width: ratio(clap.from), height: ratio(clap.from + 8) };
}

function isAlpha(bytes: Uint8Array, auxC: Box): boolean {
  return hasText(bytes, auxC.from + 4, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha") ||
    hasText(bytes, auxC.from + 4, "urn:mpeg:hevc:2015:auxid:1");
}

function hasIcc(bytes: Uint8Array, colr: Box): boolean {
  return within(false, () => hasText(bytes, colr.from, "prof") || hasText(bytes, colr.from, "rICC"));
}
