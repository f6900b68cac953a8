// A set of whole numbers in flat memory: sixteen to thirty-two bytes each, where a `Set` takes more and a `Set` of
// texts ten times as much. Pure.

export interface NumberSet {
  /** Takes a number in; whether it was not there before. */
  add(value: number): boolean;
}

export function createNumberSet(): NumberSet {
  let places = new Float64Array(16).fill(NaN);
  let count = 0;
  const placeOf = (value: number) => {
    const mask = places.length - 1;
    let at = scattered(value) & mask;
    while (!Number.isNaN(places[at]) && places[at] !== value) at = (at + 1) & mask;
    return at;
  };
  const grow = () => {
    const before = places;
    places = new Float64Array(before.length * 2).fill(NaN);
    for (const value of before) if (!Number.isNaN(value)) places[placeOf(value)] = value;
  };
  return {
    add(value) {
      const at = placeOf(value);
      if (places[at] === value) return false;
      places[at] = value;
      if (++count * 2 > places.length) grow();
      return true;
    },
  };
}

function scattered(value: number): number {
  const low = Math.imul(value % 0x1_0000_0000 | 0, 0x9e3779b1);
  const high = Math.imul(Math.floor(value / 0x1_0000_0000), 0x85ebca6b);
  return (low ^ high ^ (low >>> 15)) >>> 0;
}
