// Settles how a model is fed: which of its inputs is the image, in which order and size. Pure.
import { InputError } from "../contract/errors.ts";
import type { Size } from "../contract/image.ts";
import type { Graph, Port } from "./graph.ts";
import { shownPort } from "./layouts/layout.ts";
import type { Metadata } from "./metadata.ts";
import type { Feeding } from "./model_spec.ts";

export type InputQuestion = {
  readonly name: string;
  readonly graph: Graph;
  readonly metadata: Metadata;
  /** Width and height from the request and from the card; they must fit what the graph says. */
  readonly asked?: readonly [number, number] | undefined;
  readonly card?: readonly [number, number] | undefined;
  /** Of most models of its kind that leave it open. */
  readonly usualSize?: readonly [number, number];
};

/** Longest side of an input that a model may ask for, in pixels. */
const longest = 4096;
const mostImages = 64;
/** Of most detectors that leave it open. */
const usualDetector = [640, 640] as const;

/** Throws `InputError` when the model takes something else than one image. */
export function settleInput(question: InputQuestion): { readonly feeding: Feeding; readonly notes: readonly string[] } {
  const { name, graph } = question;
  const image = imagePort(name, graph);
  const sizes = sizesPort(name, graph.inputs.filter((port) => port !== image));
  const order = orderOf(name, image);
  const [batch, ...lengths] = image.shape.length === 0 ? ["?", "?", "?", "?"] : image.shape;
  const [height, width] = order === "nchw" ? lengths.slice(1) : lengths;
  const { size, note } = settleSize(question, width, height);
  const images = typeof batch === "number" ? batch : 1;
  if (images > mostImages) throw refused(name, `it takes ${images} images at once, at most ${mostImages} can be fed`);
  const input = { name: image.name, type: typeOf(name, image), order, batch: images };
  const notes = [
    `input "${input.name}": ${input.type}, ${order}, ${size.width} x ${size.height}, ${note}`,
    ...(images > 1 ? [`a run takes ${images} images: each is repeated ${images} times`] : []),
  ];
  return { feeding: { size, input, ...(sizes === undefined ? {} : { sizes }) }, notes };
}

export function refused(name: string, problem: string): InputError {
  return new InputError(`Cannot use the model "${name}": ${problem}`);
}

function imagePort(name: string, { inputs }: Graph): Port {
  const images = inputs.filter(({ shape }) => shape.length === 4);
  const [image = inputs.length === 1 && inputs[0]?.shape.length === 0 ? inputs[0] : undefined, ...others] = images;
  if (image !== undefined && others.length === 0) return image;
  const shown = inputs.map((port) => shownPort(port).replace("output", "input")).join(", ");
  throw refused(
    name,
    `a model of images has one input of four dimensions for the image; ${shown || "it has no input"}`,
  );
}

function sizesPort(name: string, others: readonly Port[]): Feeding["sizes"] {
  const [port, ...more] = others;
  if (port === undefined) return undefined;
  const { type } = port;
  const fits = port.shape.length === 2 && port.shape[1] === 2 && /size|shape/i.test(port.name);
  if (!fits || more.length > 0 || (type !== "int64" && type !== "int32" && type !== "float32")) {
    const shown = others.map((each) => `"${each.name}"`).join(", ");
    throw refused(name, `besides the image it asks for ${shown}, and nothing here knows what to give`);
  }
  return { name: port.name, type };
}

function typeOf(name: string, { name: input, type }: Port): Feeding["input"]["type"] {
  if (type === "float32" || type === "float16" || type === "uint8") return type;
  throw refused(name, `its input "${input}" takes numbers of the type ${type}; float32, float16 and uint8 can be fed`);
}

/** A length of 3 is that of the colours; where both are open, colours come first as in nearly all models. */
function orderOf(name: string, image: Port): "nchw" | "nhwc" {
  const [, first, , last] = image.shape;
  if (first === 3) return "nchw";
  if (last === 3) return "nhwc";
  if (typeof first === "string" || first === undefined) {
    if (typeof last !== "number" || last > 16) return "nchw";
    throw refused(name, `its input "${image.name}" takes ${last} channels; images have 3`);
  }
  const channels = typeof last === "number" ? Math.min(first, last) : first;
  throw refused(name, `its input "${image.name}" takes ${channels} channels; images have 3`);
}

type Length = number | string | undefined;

function settleSize(
  { name, metadata, asked, card, usualSize = usualDetector }: InputQuestion,
  width: Length,
  height: Length,
): { readonly size: Size; readonly note: string } {
  const [wanted, from] = asked !== undefined
    ? [asked, "as asked"]
    : card !== undefined
    ? [card, "as its card says"]
    : metadata.size !== undefined
    ? [metadata.size, "as its metadata says"]
    : [usualSize, "the usual size, since the model leaves it open"];
  const fixed = typeof width === "number" && typeof height === "number";
  const size = {
    width: typeof width === "number" ? width : wanted[0],
    height: typeof height === "number" ? height : wanted[1],
  };
  const given = asked ?? card;
  if (given !== undefined && (given[0] !== size.width || given[1] !== size.height)) {
    const who = asked !== undefined ? "the size asked for" : "the size in its card";
    throw refused(name, `${who} is ${given.join(" x ")}, and the model takes ${size.width} x ${size.height} only`);
  }
  if (Math.max(size.width, size.height) > longest) {
    throw refused(name, `its input is ${size.width} x ${size.height}, at most ${longest} a side can be fed`);
  }
  const { stride = 1 } = metadata;
  if (!fixed && (size.width % stride !== 0 || size.height % stride !== 0)) {
    throw refused(name, `${size.width} x ${size.height} is no multiple of ${stride}, which the model needs`);
  }
  return { size, note: fixed ? "as the model says" : from };
}
