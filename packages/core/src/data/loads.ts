import type { Clock } from '../clock.js';
import type { Uses } from '../exchange/scope.js';
import type { InvalidationLog } from '../invalidation/log.js';
import type { Born } from './entry.js';
import type { Id } from './key.js';
import { inTime } from './timeouts.js';
import type { KeptValue } from './values.js';

/** What a load came to: its value for the one who asked, and what is stored of it for all others. */
export interface Loaded {
  readonly value: unknown;
  readonly kept: KeptValue | undefined;
  /** What the load looked up. */
  readonly uses: Uses;
  /** Another process has loaded it. */
  readonly isTheirs?: boolean;
}

/** A load under way. */
export interface Load extends Born {
  readonly result: Promise<Loaded>;
}

/** Loads under way, so that those who want the same wait for one. */
export interface Loads {
  /** The load of this key, unless it began before `since`, or before something was invalidated. */
  join(id: Id, since?: number): Load | undefined;
  /** Starts a load in place of any other. After `limit` milliseconds it is given up: its signal is aborted, and who waits gets `ERR_TIMEOUT`. */
  start(id: Id, limit: number, run: (born: Born, signal: AbortSignal) => Promise<Loaded>): Load;
  /** Resolves when none is under way. */
  idle(): Promise<void>;
}

/** A load that takes longer than anybody would wait does not hold its key: the next look-up takes over. */
const LONGEST_MS = 30_000;

/** `maxLoads` bounds what slow loads of many keys can pile up; above it they are not shared. */
export function createLoads(clock: Clock, log: InvalidationLog, maxLoads = 10_000): Loads {
  const loads = new Map<string, Load>();
  const results = new Set<Promise<Loaded>>();

  return {
    join(id, since = -Infinity) {
      const load = loads.get(id.table);
      if (load === undefined || load.startedAt < since) return undefined;
      if (clock.now() - load.startedAt >= LONGEST_MS) return undefined;
      // A load that began before an invalidation may return what is invalid: it is not waited for.
      return log.staleSince(load.position, [id.name]) === Infinity ? load : undefined;
    },
    start(id, limit, run) {
      const abort = new AbortController();
      const born = { position: log.position, startedAt: clock.now() };
      const result = inTime(clock, limit, run(born, abort.signal), (error) => abort.abort(error));
      const load = { ...born, result };
      if (loads.size < maxLoads || loads.has(id.table)) loads.set(id.table, load);
      results.add(result);
      const landed = (): void => {
        results.delete(result);
        if (loads.get(id.table) === load) loads.delete(id.table);
      };
      // Both ways: whoever waits for the result deals with its failure.
      result.then(landed, landed);
      return load;
    },
    async idle() {
      await Promise.allSettled(results);
    },
  };
}
