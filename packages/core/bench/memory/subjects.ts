import { LRUCache } from 'lru-cache';
import { systemClock } from '../../src/clock.js';
import { POLICIES, type PolicyName } from '../../src/memory/policies.js';
import { createMemoryTable } from '../../src/memory/table.js';

/** A cache under measurement. */
export interface Subject {
  get(key: string): unknown;
  set(key: string, value: unknown, size: number): void;
  clear(): void;
  /** Bytes in use by its own account, if it has one. */
  bytes(): number;
}

/** Makes a cache that may hold so many bytes and so many entries. */
export type MakeSubject = (maxSize: number, maxEntries: number) => Subject;

// All entries expire, at different times: ten minutes and what the number of bytes adds.
const TTL_MS = 600_000;

const ours =
  (name: PolicyName): MakeSubject =>
  (maxSize, maxEntries) => {
    const table = createMemoryTable<unknown>({
      maxSize,
      maxEntries,
      policy: POLICIES[name],
      clock: systemClock,
    });
    return {
      get: (key) => table.get(key),
      set: (key, value, size) => void table.set(key, value, size, systemClock.now() + TTL_MS),
      clear: () => table.clear(),
      bytes: () => table.size,
    };
  };

const lruCache: MakeSubject = (maxSize, max) => {
  const cache = new LRUCache<string, object>({ maxSize, max, ttl: TTL_MS });
  return {
    get: (key) => cache.get(key),
    set: (key, value, size) => void cache.set(key, value as object, { size: size + 1 }),
    clear: () => cache.clear(),
    bytes: () => cache.calculatedSize,
  };
};

/** A `Map`: what any of them has to pay for at least. It evicts in order of arrival. */
const map: MakeSubject = (_maxSize, maxEntries) => {
  const entries = new Map<string, unknown>();
  const queue: string[] = [];
  let arrived = 0;
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      if (!entries.has(key)) {
        const place = arrived++ % maxEntries;
        if (entries.size === maxEntries) entries.delete(queue[place]!);
        queue[place] = key;
      }
      entries.set(key, value);
    },
    clear: () => entries.clear(),
    bytes: () => 0,
  };
};

export const SUBJECTS: Readonly<Record<string, MakeSubject>> = {
  map,
  'lru-cache': lruCache,
  ...Object.fromEntries((Object.keys(POLICIES) as PolicyName[]).map((name) => [name, ours(name)])),
};
