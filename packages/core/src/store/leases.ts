import type { Clock } from '../clock.js';
import type { StoredItem } from './frame.js';
import type { StoreTier } from './tier.js';

/** How a process comes to what several want to make. */
export type Turn<T> =
  /** It makes it, while the others wait. `release` must be called when it is stored, or will not be. */
  | { readonly how: 'ours'; readonly release: () => void }
  /** Another process has stored it by now. */
  | { readonly how: 'stored'; readonly found: T }
  /** Another process makes it, and this one does not wait any longer. */
  | { readonly how: 'held' }
  /** There is no lease to be had: each process is on its own. */
  | { readonly how: 'alone' };

/** What is to be made. */
export interface Wish<T> {
  /** Where it lies in the store. */
  readonly key: string;
  /** Milliseconds to wait for another process, or for the turn of this one. 0: it does not wait. */
  readonly waitMs: number;
  /** What another process has stored, as this one can use it; `undefined` when it cannot. */
  readonly use: (item: StoredItem | undefined) => T | undefined | Promise<T | undefined>;
  /** Told when another process has to be waited for. */
  readonly waits?: () => void;
}

/** One process at a time makes what lies under a key: it spares the origin, and nothing is right or wrong because of it. */
export interface Leases {
  turn<T>(wish: Wish<T>): Promise<Turn<T>>;
}

/** A lease that this process has. */
interface Held {
  users: number;
  readonly end: () => void;
}

/** A process that dies costs the others this long. */
const TTL_MS = 2000;
/** Renewed for no longer: work that hangs holds nobody up. */
const LONGEST_MS = 30_000;
const FIRST_PAUSE_MS = 15;
const LONGEST_PAUSE_MS = 100;
/** So often somebody may store something that this process cannot use. */
const MAX_USELESS = 5;

/** `undefined` when the store has no leases. `random`: 0 to 1. */
export function createLeases(
  clock: Clock,
  tier: StoreTier | undefined,
  random: () => number = Math.random,
): Leases | undefined {
  if (tier?.lease === undefined) return undefined;
  const { lease } = tier;
  const held = new Map<string, Held>();

  /** Keeps the lease until it is given back. */
  function hold(key: string, token: string): () => void {
    const until = clock.now() + LONGEST_MS;
    const again = async (): Promise<void> => {
      if (clock.now() < until && (await lease.renew(key, token, TTL_MS))) next();
    };
    let cancel = (): void => {};
    const next = (): void => {
      if (held.get(key) === mine) cancel = clock.after(TTL_MS / 3, () => void again());
    };
    const mine: Held = {
      users: 0,
      end() {
        if (held.get(key) === mine) held.delete(key);
        cancel();
        lease.release(key, token);
      },
    };
    held.set(key, mine);
    next();
    return share(mine);
  }

  /** One more that makes it in this process, since what was begun before is too old by now. */
  function share(mine: Held): () => void {
    mine.users++;
    let isOver = false;
    return () => {
      if (!isOver && --mine.users === 0) mine.end();
      isOver = true;
    };
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => void clock.after(ms * (0.5 + random() / 2), resolve));
  }

  return {
    async turn({ key, waitMs, use, waits }) {
      const end = clock.now() + waitMs;
      let pauseMs = FIRST_PAUSE_MS;
      let useless = 0;
      let seen: Uint8Array | undefined;
      for (;;) {
        const mine = held.get(key);
        if (mine !== undefined) return { how: 'ours', release: share(mine) };
        const taken = await lease.take(key, TTL_MS, seen);
        if (taken === undefined || useless > MAX_USELESS) return { how: 'alone' };
        if (taken.token !== undefined) return { how: 'ours', release: hold(key, taken.token) };
        if (taken.value === undefined) {
          if (clock.now() >= end) return { how: 'held' };
          waits?.();
          await pause(pauseMs);
          pauseMs = Math.min(1.5 * pauseMs, LONGEST_PAUSE_MS);
          continue;
        }
        const found = await use(taken.item);
        if (found !== undefined) return { how: 'stored', found };
        seen = taken.value;
        useless++;
      }
    },
  };
}
