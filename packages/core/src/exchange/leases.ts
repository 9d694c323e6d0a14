import type { Clock } from '../clock.js';
import type { Headers, StoredResponse } from '../http/message.js';
import type { StoreTier } from '../store/tier.js';
import { isDueEarly } from './early.js';
import type { Flight } from './flights.js';
import type { Found, FoundStored, Storage } from './storage.js';

/** How a request comes to its answer when several processes want to make it. */
export type Turn =
  /** It asks the handler, while the others wait. `release` must be called when the answer is stored, or will not be. */
  | { readonly how: 'ours'; readonly release: () => void }
  /** Another process has stored it by now. */
  | { readonly how: 'stored'; readonly found: FoundStored }
  /** Another process makes it, and this request does not wait any longer. */
  | { readonly how: 'held' }
  /** There is no lease to be had: each process is on its own. */
  | { readonly how: 'alone' };

/** One process at a time asks the handler: it spares the handler, and nothing is right or wrong because of it. */
export interface Leases {
  /** Waits up to `waitMs` for the answer of another process, or for the turn of this one. 0: it does not wait. */
  turn(primary: string, found: Found, request: Headers, waitMs: number): Promise<Turn>;
  /** Whether a fresh response should be refreshed already; see `early.ts`. */
  isDueEarly(stored: StoredResponse): boolean;
}

/** A process that dies costs the others this long. */
const TTL_MS = 2000;
/** Renewed for no longer: a handler that hangs holds nobody up. */
const LONGEST_MS = 30_000;
const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 100;
/** So often somebody may store something that this process cannot use. */
const MAX_USELESS = 5;

/** `undefined` when the store has no leases. `random`: 0 to 1. */
export function createLeases(
  rooms: { readonly clock: Clock; readonly tier: StoreTier | undefined; readonly storage: Storage },
  random: () => number = Math.random,
): Leases | undefined {
  const { clock, tier, storage } = rooms;
  if (tier?.lease === undefined) return undefined;
  const { lease } = tier;

  /** Keeps the lease until it is given back. */
  function hold(key: string, token: string): () => void {
    const until = clock.now() + LONGEST_MS;
    const again = async (): Promise<void> => {
      if (clock.now() < until && (await lease.renew(key, token, TTL_MS))) next();
    };
    let released = false;
    let cancel = (): void => {};
    const next = (): void => {
      if (!released) cancel = clock.after(TTL_MS / 3, () => void again());
    };
    next();
    return () => {
      if (released) return;
      released = true;
      cancel();
      lease.release(key, token);
    };
  }

  return {
    isDueEarly: (stored) => isDueEarly(stored, clock.now(), random()),
    async turn(primary, found, request, waitMs) {
      const end = clock.now() + waitMs;
      let pauseMs = FIRST_PAUSE_MS;
      let useless = 0;
      let seen: Uint8Array | undefined;
      for (;;) {
        const taken = await lease.take(found.key, TTL_MS, seen);
        if (taken === undefined || useless > MAX_USELESS) return { how: 'alone' };
        if (taken.token !== undefined) return { how: 'ours', release: hold(found.key, taken.token) };
        if (taken.value === undefined) {
          if (clock.now() >= end) return { how: 'held' };
          await pause(pauseMs);
          pauseMs = Math.min(1.5 * pauseMs, LONGEST_PAUSE_MS);
          continue;
        }
        const better = await storage.takeIn(primary, found, request, taken.item);
        if (better !== undefined) return { how: 'stored', found: better };
        seen = taken.value;
        useless++;
      }
    },
  };

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => void clock.after(ms * (0.5 + random() / 2), resolve));
  }
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
