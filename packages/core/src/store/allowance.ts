/** How much may be under way at the same time. */
export interface Allowance {
  /** Takes a part of it, and returns how to give it back. `undefined`: there is not enough left. */
  take(bytes: number): (() => void) | undefined;
}

/** Makes an allowance of `maxCount` operations with together `maxBytes` bytes. */
export function createAllowance(maxCount: number, maxBytes: number): Allowance {
  let count = 0;
  let used = 0;
  return {
    take(bytes) {
      if (count >= maxCount || used + bytes > maxBytes) return undefined;
      count += 1;
      used += bytes;
      return () => {
        count -= 1;
        used -= bytes;
      };
    },
  };
}
