import type { Clock } from '../clock.js';

/**
 * Hit-for-miss: keys whose last answer could not be shared. Requests for them are not collapsed for a while, so
 * that private traffic is never served one by one.
 */
export interface Uncacheables {
  has(key: string): boolean;
  /** `ms`: for how long. Default: that of the table. */
  add(key: string, ms?: number): void;
  delete(key: string): void;
}

/** `ms`: how long a key is remembered; `maxKeys` bounds the table, the oldest key goes first. */
export function createUncacheables(clock: Clock, ms = 10_000, maxKeys = 10_000): Uncacheables {
  const until = new Map<string, number>();
  return {
    has(key) {
      const end = until.get(key);
      if (end === undefined) return false;
      if (clock.now() < end) return true;
      until.delete(key);
      return false;
    },
    add(key, own = ms) {
      until.delete(key);
      until.set(key, clock.now() + own);
      if (until.size <= maxKeys) return;
      for (const oldest of until.keys()) return void until.delete(oldest);
    },
    delete: (key) => void until.delete(key),
  };
}
