// The header of a GIF: its screen, and what its frames make of it.
import type { ImageHeader, Size } from "../contract/image.ts";
import { viewOf, within } from "./binary.ts";
import { afterGifBlock, firstGifBlock, gifBlock, gifGraphicControl } from "./gif_blocks.ts";

type Frames = { count: number; transparent: boolean; right: number; bottom: number };

/** Throws `RangeError` when the data ends inside the screen descriptor. Later damage only ends the counting. */
export function readGifHeader(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const frames = walkFrames(view);
  const size = believed(screen);
  return {
    format: "gif",
    width: Math.max(size.width, frames.right),
    height: Math.max(size.height, frames.bottom),
    channels: frames.transparent ? 4 : 3,
    depth: 8,
    orientation: 1,
    pages: Math.max(1, frames.count),
    alpha: frames.transparent,
    cmyk: false,
    progressive: false,
    icc: false,
  };
}

/** Sizes of computer screens, which some programs wrote in place of the picture's. */
const monitors = new Set(["640x480", "640x512", "800x600", "1024x768", "1280x1024", "1600x1200"]);
const largestScreen = 2048;

/** The decoder's rule: it takes the size of the frames where the size of the screen is not to be believed. */
function believed(screen: Size): Size {
  const { width, height } = screen;
  const doubtful = width === 0 || height === 0 || width > largestScreen || height > largestScreen ||
    monitors.has(`${width}x${height}`);
  return doubtful ? { width: 1, height: 1 } : screen;
}

function walkFrames(view: DataView): Frames {
  const frames: Frames = { count: 0, transparent: false, right: 0, bottom: 0 };
  within(undefined, () => {
    for (let at = firstGifBlock(view); view.getUint8(at) !== gifBlock.trailer; at = afterGifBlock(view, at)) {
      if (view.getUint8(at) === gifBlock.frame) addFrame(frames, view, at);
      if (isTransparent(view, at)) frames.transparent = true;
    }
  });
  return frames;
}

function addFrame(frames: Frames, view: DataView, at: number): void {
  frames.count++;
  frames.right = Math.max(frames.right, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
  frames.bottom = Math.max(frames.bottom, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
}

function isTransparent(view: DataView, at: number): boolean {
  return view.getUint8(at) === gifBlock.extension && view.getUint8(at + 1) === gifGraphicControl &&
    (view.getUint8(at + 3) & 1) === 1;
}
