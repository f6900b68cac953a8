// A canvas without a browser and without the fonts of the machine: equal drawings give equal bytes. Loading this file
// costs nothing; `loadCanvas()` loads the canvas and the fonts.
import { Buffer } from "node:buffer";

let loaded: ReturnType<typeof load> | undefined;

/** The canvas module, and `families` for `context.font`. Loads once in a process: fonts cannot be registered twice. */
export function loadCanvas() {
  return loaded ??= load();
}

async function load() {
  const [canvas, fonts] = await Promise.all([import("@napi-rs/canvas"), loadFonts()]);
  for (const { name, bytes } of fonts) canvas.GlobalFonts.register(Buffer.from(bytes), name);
  return { canvas, families: [...new Set(fonts.map(({ name }) => `"${name}"`))].join(", ") };
}

/** Inter, of the SIL Open Font License, in the parts for Latin, Greek and Cyrillic letters. */
async function loadFonts() {
  const [latin, bold, extended, greek, cyrillic] = await Promise.all([
    import("@fontsource/inter/files/inter-latin-400-normal.woff2", { with: { type: "bytes" } }),
    import("@fontsource/inter/files/inter-latin-600-normal.woff2", { with: { type: "bytes" } }),
    import("@fontsource/inter/files/inter-latin-ext-400-normal.woff2", { with: { type: "bytes" } }),
    import("@fontsource/inter/files/inter-greek-400-normal.woff2", { with: { type: "bytes" } }),
    import("@fontsource/inter/files/inter-cyrillic-400-normal.woff2", { with: { type: "bytes" } }),
  ]);
  return [
    { name: "Framewright Latin", bytes: latin.default },
    { name: "Framewright Latin", bytes: bold.default },
    { name: "Framewright Latin Extended", bytes: extended.default },
    { name: "Framewright Greek", bytes: greek.default },
    { name: "Framewright Cyrillic", bytes: cyrillic.default },
  ];
}

/** Characters that the bundled fonts do not have would be drawn by whatever the machine has, or by nothing. */
export function drawable(text: string): string {
  return text.normalize("NFC").replace(
    /[^\u0020-\u007e\u00a0-\u024f\u0370-\u03ff\u0400-\u045f\u0490\u0491\u2009\u2010-\u2015\u2018-\u201e\u2026\u20ac]/gu,
    "\ufffd",
  );
}
