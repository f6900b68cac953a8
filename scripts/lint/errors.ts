// Rules on errors and what they say.
import { product, ruleFor } from "./rule.ts";

/** Error classes of ours and of the language -> which argument is the message. */
const messageAt: Readonly<Record<string, number>> = {
  InputError: 0,
  PluginError: 0,
  TransientError: 0,
  LimitError: 0,
  TypeError: 0,
  RangeError: 0,
  SyntaxError: 0,
  ItemError: 1,
  StoreError: 1,
  FramewrightError: 2,
};

/** A bare `Error` tells a caller nothing to act on. */
export const bareError = ruleFor(product, (context) => {
  const check = (node: Deno.lint.NewExpression | Deno.lint.CallExpression) => {
    if (node.callee.type !== "Identifier" || node.callee.name !== "Error") return;
    context.report({ node, message: "Throw a class of runtime/contract/errors.ts, or TypeError or RangeError" });
  };
  return { NewExpression: check, CallExpression: check };
});

/** `Cannot <do what> "<which>": <what is the case>`. */
export const errorMessage = ruleFor(product, (context) => ({
  NewExpression(node) {
    if (node.callee.type !== "Identifier") return;
    const at = messageAt[node.callee.name];
    const argument = at === undefined ? undefined : node.arguments[at];
    if (argument === undefined) return;
    for (const text of textsOf(argument)) {
      const message = messageProblem(text);
      if (message !== undefined) context.report({ node: argument, message });
    }
  },
}));

/** What is written literally in an expression that makes a text; `undefined` stands for what is computed. */
type Text = readonly (string | undefined)[];

function textsOf(node: Deno.lint.Node): readonly Text[] {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? [[node.value]] : [];
    case "TemplateLiteral":
      return [node.quasis.flatMap((quasi, index) => index === 0 ? [quasi.cooked] : [undefined, quasi.cooked])];
    case "ConditionalExpression":
      return [...textsOf(node.consequent), ...textsOf(node.alternate)];
    case "BinaryExpression":
      return textsOf(node.left).flatMap((left) => textsOf(node.right).map((right) => [...left, ...right]));
    default:
      return [];
  }
}

const contraction = /\b\w+n['’]t\b|\b(it|that|there|here|what|let)['’]s\b|\b(I|you|we|they|it)['’](re|ve|ll|d|m)\b/i;

/** What is wrong with the wording of a message, if anything is. */
export function messageProblem(text: Text): string | undefined {
  const written = text.filter((part) => part !== "");
  const [first, last] = [written[0], written.at(-1)];
  if (first !== undefined && !/^\p{Lu}/u.test(first)) return "Start the message with a capital letter";
  if (last !== undefined && last.endsWith(".")) return "End the message without a period";
  const found = written.map((part) => part === undefined ? null : contraction.exec(part)).find((match) => match);
  return found ? `Write "${found[0]}" out in the message` : undefined;
}
