// Numbers of versions as people write them.

/** Ascending numbers: `v1 to v4, v6`. */
export function ranges(numbers: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs.map(({ first, last }) => first === last ? `v${first}` : `v${first} to v${last}`).join(", ");
}
