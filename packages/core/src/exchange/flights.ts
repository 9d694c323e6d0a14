import type { Clock } from '../clock.js';
import type { StoredResponse } from '../http/message.js';
import type { InvalidationLog } from '../invalidation/log.js';

/**
 * Collapsed forwarding: while one request's handler makes the answer for a key, others wait for it.
 */

/** How a flight ended. */
export type Landing =
  /** The answer is in the cache and may be shared with whoever its key covers. */
  | { readonly how: 'stored'; readonly key: string; readonly stored: StoredResponse }
  /** The answer was for its own client only: everybody else asks for himself. */
  | { readonly how: 'uncacheable' }
  /** No answer, or an error: somebody else may try. */
  | { readonly how: 'abandoned' }
  /** The wait limit passed. */
  | { readonly how: 'late' };

export interface Flight {
  /** The log position noted before the handler started. */
  readonly position: number;
  land(landing: Landing): void;
}

export interface Flights {
  /**
   * A flight that this request may wait for; `undefined` when there is none, or when it started before an
   * invalidation, or before `since` (Unix milliseconds).
   */
  join(key: string, waitLimit: number, since?: number): Promise<Landing> | undefined;
  /** Starts a flight in place of any other; `undefined` when too many are in the air. */
  lead(key: string, names: readonly string[]): Flight | undefined;
  has(key: string): boolean;
  readonly size: number;
  /** Resolves when every flight has landed. */
  idle(): Promise<void>;
}

interface Pending extends Flight {
  readonly names: readonly string[];
  readonly startedAt: number;
  readonly waiters: Set<(landing: Landing) => void>;
}

/** `maxFlights` bounds what slow handlers under many keys can pile up; above it requests are not collapsed. */
export function createFlights(clock: Clock, log: InvalidationLog, maxFlights = 10_000): Flights {
  const pending = new Map<string, Pending>();
  let idlers: (() => void)[] = [];

  function wait(flight: Pending, limit: number): Promise<Landing> {
    return new Promise((resolve) => {
      const settle = (landing: Landing): void => {
        cancel();
        flight.waiters.delete(settle);
        resolve(landing);
      };
      const cancel = clock.after(limit, () => settle({ how: 'late' }));
      flight.waiters.add(settle);
    });
  }

  function landed(key: string, flight: Pending): void {
    if (pending.get(key) === flight) pending.delete(key);
    if (pending.size > 0) return;
    for (const resolve of idlers) resolve();
    idlers = [];
  }

  return {
    join(key, waitLimit, since = -Infinity) {
      const flight = pending.get(key);
      if (flight === undefined) return undefined;
      // A handler that takes longer than anybody would wait does not hold the key: the next request takes over.
      if (clock.now() - flight.startedAt >= waitLimit || flight.startedAt < since) return undefined;
      // The handler may have read what was invalidated since: the request needs an answer that began later.
      if (log.staleSince(flight.position, flight.names) !== Infinity) return undefined;
      return wait(flight, waitLimit);
    },
    lead(key, names) {
      if (pending.size >= maxFlights && !pending.has(key)) return undefined;
      const flight: Pending = {
        position: log.position,
        names,
        startedAt: clock.now(),
        waiters: new Set(),
        land(landing) {
          landed(key, flight);
          for (const settle of flight.waiters) settle(landing);
        },
      };
      pending.set(key, flight);
      return flight;
    },
    has: (key) => pending.has(key),
    get size() {
      return pending.size;
    },
    idle: () => (pending.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
