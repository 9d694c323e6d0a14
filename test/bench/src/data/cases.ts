import type { DataVariant } from './variant.js';
import type { ValueName } from './values.js';

/** What is measured. */
export type What = 'hit' | 'miss' | 'many hits' | 'many, half missing';

/** One column of the data comparison. */
export interface Case {
  readonly what: What;
  readonly value: ValueName;
}

/** All columns. */
export const CASES: readonly Case[] = [
  { what: 'hit', value: 'object of 200 B' },
  { what: 'hit', value: 'object of 10 kB' },
  { what: 'hit', value: 'string of 1 kB' },
  { what: 'miss', value: 'object of 200 B' },
  { what: 'miss', value: 'object of 10 kB' },
  { what: 'miss', value: 'string of 1 kB' },
  { what: 'many hits', value: 'object of 200 B' },
  { what: 'many, half missing', value: 'object of 200 B' },
];

/** Keys that are there, in all hits. */
const KEYS = 1000;
/** Keys of one call for many. */
const BATCH = 20;

/** A case of one cache, ready to be repeated. */
export interface Running {
  /** Runs it so many times. Resolves with the number of loads. */
  run(times: number): Promise<number>;
  close(): Promise<void>;
}

/** Fills a cache as the case wants it. */
export async function prepare(variant: DataVariant, { what }: Case, value: unknown): Promise<Running> {
  const cache = variant();
  let loads = 0;
  let fresh = 0;
  const load = async (): Promise<unknown> => {
    loads++;
    return value;
  };
  const loadMany = async (missing: readonly string[]): Promise<readonly unknown[]> => {
    loads += missing.length;
    return missing.map(() => value);
  };
  const present = (at: number): string => `product:${at % KEYS}`;
  const absent = (): string => `missing:${fresh++}`;
  const batch = (at: number, keyOf: (at: number) => string): string[] =>
    Array.from({ length: BATCH }, (_, next) => keyOf(at * BATCH + next));

  // A prime, so that all keys have their turn, in an order that is not that of their arrival.
  const STEP = 373;
  const OPERATIONS: Readonly<Record<What, (at: number) => Promise<unknown>>> = {
    hit: (at) => cache.one(present(at * STEP), load),
    miss: () => cache.one(absent(), load),
    'many hits': (at) => cache.many(batch(at, present), loadMany),
    'many, half missing': (at) =>
      cache.many(
        batch(at, (next) => (next % 2 === 0 ? present(next) : absent())),
        loadMany,
      ),
  };
  const operation = OPERATIONS[what];
  if (what !== 'miss') for (let at = 0; at < KEYS; at++) await cache.one(present(at), load);
  return {
    async run(times) {
      const before = loads;
      for (let at = 0; at < times; at++) await operation(at);
      return loads - before;
    },
    close: async () => cache.close?.(),
  };
}

/** Keys that one operation looks up. */
export const keysOf = (what: What): number => (what.startsWith('many') ? BATCH : 1);

/** Keys that one operation has to load. */
export const loadsOf = (what: What): number =>
  what === 'miss' ? 1 : what === 'many, half missing' ? BATCH / 2 : 0;
