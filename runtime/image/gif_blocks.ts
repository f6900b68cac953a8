// The blocks that a GIF is made of.

export const gifBlock = { extension: 0x21, frame: 0x2c, trailer: 0x3b } as const;
export const gifGraphicControl = 0xf9;

/** Where the first block stands: after the screen descriptor and the global palette. */
export function firstGifBlock(view: DataView): number {
  return 13 + paletteLength(view.getUint8(10));
}

/** Where the block after the one at `at` stands. Throws `RangeError` when the data ends before. */
export function afterGifBlock(view: DataView, at: number): number {
  const code = view.getUint8(at);
  if (code === gifBlock.frame) return afterSubBlocks(view, at + 11 + paletteLength(view.getUint8(at + 9)));
  if (code === gifBlock.extension) return afterSubBlocks(view, at + 2);
  return at + 1;
}

function afterSubBlocks(view: DataView, from: number): number {
  let at = from;
  for (let length = view.getUint8(at); length !== 0; length = view.getUint8(at)) at += length + 1;
  return at + 1;
}

function paletteLength(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 0x07) + 1);
}
