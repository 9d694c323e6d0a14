import type { Clock } from '../clock.js';
import type { Headers, StoredResponse } from '../http/message.js';
import type { Leases as StoreLeases, Turn } from '../store/leases.js';
import { isDueEarly } from './early.js';
import type { Flight } from './flights.js';
import type { Found, FoundStored, Storage } from './storage.js';

/** One process at a time asks the handler. */
export interface Leases {
  /** Waits up to `waitMs` for the answer of another process, or for the turn of this one. 0: it does not wait. */
  turn(primary: string, found: Found, request: Headers, waitMs: number): Promise<Turn<FoundStored>>;
  /** Whether a fresh response should be refreshed already; see `early.ts`. */
  isDueEarly(stored: StoredResponse): boolean;
}

/** `undefined` when the store has no leases. `random`: 0 to 1. */
export function createLeases(
  rooms: {
    readonly clock: Clock;
    readonly leases: StoreLeases | undefined;
    readonly storage: Storage;
  },
  random: () => number = Math.random,
): Leases | undefined {
  const { clock, leases, storage } = rooms;
  if (leases === undefined) return undefined;
  return {
    isDueEarly: (stored) => isDueEarly(stored, clock.now(), random()),
    turn: (primary, found, request, waitMs) =>
      leases.turn({
        key: found.key,
        waitMs,
        use: (item) => storage.takeIn(primary, found, request, item),
      }),
  };
}

/** A flight whose handler is asked now, while other processes wait: they are told when it lands. */
export function leased(flight: Flight, position: number, release: () => void): Flight {
  return {
    // It may have waited for long; what it makes is as new as this.
    position,
    land(landing) {
      flight.land(landing);
      release();
    },
  };
}
