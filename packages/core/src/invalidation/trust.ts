import type { Clock } from '../clock.js';

/** Until when a process may serve what it knows without asking the log again. */
export interface Trust {
  readonly isGood: boolean;
  /** When the last read that succeeded was sent; `-Infinity` before the first. */
  readonly sentAt: number;
  /** A read that was sent then has told everything that had happened by then. */
  renew(sentAt: number): void;
}

/**
 * The window counts from when a read was sent, never from its answer: what the answer holds may be as old as the
 * question. `maxStaleness`: milliseconds; with 0 it is never good.
 */
export function createTrust(clock: Clock, maxStaleness: number): Trust {
  let latest = -Infinity;
  return {
    get isGood() {
      return clock.now() < latest + maxStaleness;
    },
    get sentAt() {
      return latest;
    },
    renew(sentAt) {
      latest = Math.max(latest, sentAt);
    },
  };
}
