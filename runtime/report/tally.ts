// Counting by name with a limit on the number of names. Pure.

export type NamedCount = { readonly name: string; readonly count: number };

/** Counts by name; `other` holds what had no room. */
export type Distribution = { readonly entries: readonly NamedCount[]; readonly other: number };

export interface Tally {
  add(name: string): void;
  /** Largest first, equal counts by name. */
  result(): Distribution;
}

/** Counts the first `most` names that it meets; all others together are `other`. */
export function createTally(most: number): Tally {
  const counts = new Map<string, number>();
  let other = 0;
  return {
    add(name) {
      const before = counts.get(name);
      if (before === undefined && counts.size >= most) other++;
      else counts.set(name, (before ?? 0) + 1);
    },
    result() {
      const entries = [...counts].map(([name, count]) => ({ name, count }));
      entries.sort((left, right) => right.count - left.count || (left.name < right.name ? -1 : 1));
      return { entries, other };
    },
  };
}
