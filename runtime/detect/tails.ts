// What computes the numbers of an output: an output of plain convolutions is not decoded yet, one with arithmetic is. Pure.
import type { GraphNode } from "./graph.ts";

/** Operators whose output holds numbers of their first input, or of all inputs for Concat, in another order or type. */
const movers = new Set([
  "Cast",
  "Concat",
  "DequantizeLinear",
  "Expand",
  "Flatten",
  "Gather",
  "GatherElements",
  "GatherND",
  "Identity",
  "QuantizeLinear",
  "Reshape",
  "Slice",
  "Split",
  "Squeeze",
  "Transpose",
  "Unsqueeze",
]);

/** For each of these outputs the operators that it comes from, sorted, looking through those that only move numbers. */
export function tailsOf(nodes: readonly GraphNode[], outputs: readonly string[]): Record<string, readonly string[]> {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  return Object.fromEntries(outputs.map((name) => [name, tailOf(makers, name)]));
}

function tailOf(makers: ReadonlyMap<string, GraphNode>, output: string): string[] {
  const tail = new Set<string>();
  const seen = new Set<string>();
  const open = [output];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = makers.get(name);
    if (node === undefined || seen.has(name)) continue;
    seen.add(name);
    if (!movers.has(node.operator)) tail.add(node.operator);
    else for (const input of node.operator === "Concat" ? node.inputs : node.inputs.slice(0, 1)) open.push(input);
  }
  return [...tail].sort();
}
