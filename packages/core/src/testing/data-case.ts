import { expect } from 'vitest';
import type { Cache } from '../cache.js';
import type { CacheOptions } from '../options.js';

/** Starts a cache on the tier that is tested: each is a process of its own, with the same store behind it. */
export type Start = (options?: CacheOptions) => Promise<Cache>;

/** One test of the data cache. */
export type DataCase = readonly [title: string, check: (start: Start) => Promise<void>];

/** Writes go on behind the call. */
export const arrives = (look: () => Promise<unknown>, value: unknown): Promise<void> =>
  expect.poll(look, { interval: 5, timeout: 5000 }).toEqual(value);

/** Asks until the answer comes without another load. */
export const isKept = (ask: () => Promise<unknown>, loads: () => number): Promise<void> =>
  arrives(async () => {
    const before = loads();
    await ask();
    return loads() - before;
  }, 0);
