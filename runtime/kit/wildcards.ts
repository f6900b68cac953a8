// Patterns for names that are no paths. Pure.

/** A test for texts that match one of some patterns, in which `*` stands for anything and `?` for one character. */
export function matcherOf(patterns: readonly string[]): (text: string) => boolean {
  const written = patterns.map((pattern) => Array.from(pattern));
  return (text) => written.some((pattern) => matches(pattern, Array.from(text)));
}

/** In time that grows with the product of both lengths at most: a star that took too little is the only way back. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === "*") {
      star = inPattern++;
      taken = at;
    } else if (wanted === "?" || wanted === text[at]) {
      at++;
      inPattern++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++taken;
    } else return false;
  }
  return pattern.slice(inPattern).every((rest) => rest === "*");
}
