// Words on the boards, in letters of 3 x 5 blocks.
const letters: Readonly<Record<string, string>> = {
  A: "25755",
  B: "65656",
  C: "34443",
  D: "65556",
  E: "74647",
  F: "74644",
  G: "34553",
  H: "55755",
  I: "72227",
  J: "11152",
  K: "55655",
  L: "44447",
  M: "57755",
  N: "65555",
  O: "25552",
  P: "65644",
  Q: "25563",
  R: "65655",
  S: "34216",
  T: "72222",
  U: "55557",
  V: "55552",
  W: "55775",
  X: "55255",
  Y: "55222",
  Z: "71247",
};

/** Names of companies that do not exist. */
export const names = [
  "NORDWIND",
  "KOPPER AND SON",
  "LUMO BANK",
  "FRAMEWRIGHT",
  "ALDER TYRES",
  "BLUEFIN",
  "SEVEN HILLS",
  "TORVA",
  "MILLPOND TEA",
  "OKTO",
  "RADIO VALE",
  "QUILL",
  "HEXA TOOLS",
  "SUNDAY BAKERS",
  "VELA AIR",
  "JUNIPER",
] as const;

/** Columns of blocks that a word takes. */
export function columnsOf(word: string): number {
  return word.length * 4 - 1;
}

/** Whether a word has ink at a place: `column` counts blocks from its left, `row` 0 to 5 from its top. */
export function isLettered(word: string, column: number, row: number): boolean {
  if (column < 0 || row < 0 || row >= 5) return false;
  const rows = letters[word[Math.floor(column / 4)] ?? ""];
  const within = Math.floor(column % 4);
  return rows !== undefined && within < 3 && (Number(rows[Math.floor(row)]) & (4 >> within)) !== 0;
}
