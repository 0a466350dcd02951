/** Room for so many at once, of which nobody has more than a quarter: what one makes slow is not slow for the others. Pure. */

export interface Shares {
  /** What gives the room back; undefined: there is none, or one of these has its share. */
  readonly take: (holders: readonly string[]) => (() => void) | undefined;
}

export const createShares = (total: number): Shares => {
  const share = Math.max(1, Math.floor(total / 4));
  const held = new Map<string, number>();
  let taken = 0;
  return {
    take: (holders) => {
      if (taken >= total || holders.some((holder) => (held.get(holder) ?? 0) >= share)) return undefined;
      taken++;
      for (const holder of holders) held.set(holder, (held.get(holder) ?? 0) + 1);
      return () => {
        taken--;
        for (const holder of holders) {
          const left = (held.get(holder) ?? 1) - 1;
          if (left === 0) held.delete(holder);
          else held.set(holder, left);
        }
      };
    },
  };
};
