import { LRUCache } from 'lru-cache';
import { systemClock } from '../../src/clock.js';
import type { PolicyFactory } from '../../src/memory/policy.js';
import { createMemoryTable } from '../../src/memory/table.js';
import type { Trace } from './traces.js';

/** A cache of `capacity` bytes: asked for each object in turn, given it when it does not have it. */
export type Contestant = (capacity: number) => {
  get(key: string): unknown;
  set(key: string, size: number): void;
};

/** The memory tier with a policy; it charges what the trace says and nothing for keys, as the others do. */
export const tableOf =
  (policy: PolicyFactory): Contestant =>
  (maxSize) => {
    const table = createMemoryTable<true>({
      maxSize,
      maxEntries: Infinity,
      policy,
      clock: systemClock,
      costOf: (_key, size) => size,
    });
    return { get: (key) => table.get(key), set: (key, size) => void table.set(key, true, size) };
  };

export const lruCache: Contestant = (maxSize) => {
  const cache = new LRUCache<string, true>({ maxSize });
  return { get: (key) => cache.get(key), set: (key, size) => void cache.set(key, true, { size }) };
};

/** Hits of a contestant in a trace. Objects without a size count 1. */
export function hitsOf(
  make: Contestant,
  { objects, sizes }: Trace,
  keys: readonly string[],
  capacity: number,
): number {
  const cache = make(capacity);
  let hits = 0;
  for (let at = 0; at < objects.length; at++) {
    const key = keys[objects[at]!]!;
    if (cache.get(key) !== undefined) hits++;
    else cache.set(key, sizes === undefined ? 1 : Math.max(1, sizes[at]!));
  }
  return hits;
}
