// `X-Robots-Tag`: what a server does not want done with what it sends.

/** The name by which a server may address us. */
export const agentName = "framewright";

/** Directives with a value of their own: the word before their colon is no name of a robot. */
const valued = new Set(["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"]);

/** The first of the words on which we refuse an answer that its headers hold: for all robots, for `*`, or for us.
 *  `none` stands for `noindex` and `nofollow`. */
export function optedOut(headers: readonly string[], words: readonly string[]): string | undefined {
  const unwanted = new Set(words.map((word) => word.toLowerCase()));
  for (const header of headers) {
    let robot = "*";
    for (const part of header.toLowerCase().split(",")) {
      const [, name, rest = ""] = /^\s*([^\s:]+)\s*:(.*)$/s.exec(part) ?? [];
      const addressed = name !== undefined && !valued.has(name);
      if (addressed) robot = name;
      const word = (addressed ? rest : part).trim();
      if (robot !== "*" && robot !== agentName) continue;
      if (unwanted.has(word)) return word;
      if (word === "none" && (unwanted.has("noindex") || unwanted.has("nofollow"))) return word;
    }
  }
  return undefined;
}
