// Lets through what fits, in the order of arrival.

export interface Room {
  /** Resolves when there is room for so much; what is larger than the room comes in when it is empty. */
  enter(size: number): Promise<void>;
  leave(size: number): void;
}

/** A room for `most` of anything, such as bytes. */
export function createRoom(most: number): Room {
  const waiting: { readonly size: number; readonly enter: () => void }[] = [];
  let taken = 0;
  const fits = (size: number) => taken === 0 || taken + size <= most;
  return {
    enter(size) {
      if (waiting.length === 0 && fits(size)) {
        taken += size;
        return Promise.resolve();
      }
      return new Promise((enter) => waiting.push({ size, enter }));
    },
    leave(size) {
      taken -= size;
      for (let next = waiting[0]; next !== undefined && fits(next.size); next = waiting[0]) {
        taken += next.size;
        waiting.shift();
        next.enter();
      }
    },
  };
}
