// What the step `threat` says of an image: the rules that it meets.

/** One entry of the fact `threats`: a rule that an image meets. */
export type Threat = {
  readonly rule: string;
  /** Whom it concerns. */
  readonly users: readonly string[];
  /** How many of each label meet the rule in this image. */
  readonly labels: { readonly [label: string]: number };
  /** The best of them, 0 to 1, four decimals. */
  readonly score: number;
  /** How many of the last `of` images of the camera met the rule, this one included. */
  readonly frames: number;
  readonly of: number;
  /** The best score in each of those images, oldest first; 0 in one that did not meet it. */
  readonly scores: readonly number[];
  /** Where the best of them stands, for a rule about zones. */
  readonly zone?: string;
};
