import { type Cache, createCache } from '../cache.js';
import type { DataRule } from '../data/rule.js';
import type { CacheEvent } from '../events.js';
import { type FakeClock, fakeClock } from './fake-clock.js';

/** An origin of data behind a cache, with one key. */
export interface Origin {
  readonly cache: Cache;
  readonly clock: FakeClock;
  readonly events: CacheEvent[];
  /** What the next loads do; default: return the number of the load. */
  behave: (run: number) => unknown;
  runs: number;
  ask(): Promise<unknown>;
}

/** One key behind a rule, whose first load has given 1. */
export async function startOrigin(rule: DataRule): Promise<Origin> {
  const clock = fakeClock();
  const cache = createCache({ clock, defaults: { ttl: '10s' } });
  const events: CacheEvent[] = [];
  cache.on('*', (event) => void events.push(event));
  const origin: Origin = {
    cache,
    clock,
    events,
    behave: (run) => run,
    runs: 0,
    ask: () => cache.wrap('k', () => origin.behave(++origin.runs), rule),
  };
  await origin.ask();
  return origin;
}

/** What an origin does that is down. */
export const fail = (): never => {
  throw new Error('down');
};
