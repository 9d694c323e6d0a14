import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import type { CacheOptions } from '../options.js';
import type { Store } from '../store/store.js';
import { arrives, type DataCase } from './data-case.js';
import { PATTERN_CASES } from './data-pattern-cases.js';

/**
 * The tests of the data cache over a {@link Store}, without a memory tier in front, as one group of vitest tests:
 * `dataSuite('my store', () => myStore({ url }))`. With a store that has a log also those of two processes. Without a
 * store (`() => undefined`) over the memory tier alone.
 */
export function dataSuite(title: string, open: () => Store | Promise<Store> | undefined): void {
  describe(`the data cache over ${title}`, () => {
    test.each([...CASES, ...PATTERN_CASES])(
      '%s',
      async (_title, check) => {
        const namespace = randomUUID();
        const caches: Cache[] = [];
        const start = async (options: CacheOptions = {}): Promise<Cache> => {
          // What is late on a busy machine is not what these tests are about.
          const store = await open();
          const tier =
            store === undefined ? {} : ({ store: { ...store, deadline: 5000 }, memory: false } as const);
          const cache = createCache({ ...tier, namespace, defaults: { ttl: '1m' }, ...options });
          caches.push(cache);
          // What a process makes before it has heard of the log counts for nothing once it has.
          await arrives(() => cache.confirm(), true);
          return cache;
        };
        try {
          await check(start);
        } finally {
          await Promise.all(caches.map((cache) => cache.close()));
        }
        expect(caches.length).toBeGreaterThan(0);
      },
      20_000,
    );
  });
}

const VALUE = {
  when: new Date(5),
  prices: new Map([['EUR', 2n ** 70n]]),
  words: new Set(['a']),
  photo: Buffer.from([0, 255]),
  numbers: new Float64Array([0.5]),
  note: undefined,
  list: [null, undefined],
};

const CASES: readonly DataCase[] = [
  [
    'rich values survive',
    async (start) => {
      const cache = await start();
      await cache.wrap('k', () => VALUE);
      await arrives(() => cache.get('k'), VALUE);
      expect(await cache.wrap('k', () => 'another')).toEqual(VALUE);
    },
  ],
  [
    'compressed and encrypted ones too',
    async (start) => {
      const secrets = [{ id: 'a', key: randomBytes(32) }];
      const cache = await start({ values: { compressAbove: '1kb', secrets } });
      const value = { ...VALUE, text: 'text '.repeat(10_000) };
      await cache.set('k', value);
      await arrives(() => cache.get('k'), value);
    },
  ],
  [
    'many are looked up and loaded at once',
    async (start) => {
      const cache = await start();
      const batches: (readonly string[])[] = [];
      const load = (missing: readonly string[]): readonly string[] => (batches.push(missing), missing);
      await cache.wrapMany(['a', 'b'], load);
      for (const key of ['a', 'b']) await arrives(() => cache.get(key), key);
      expect(await cache.wrapMany(['a', 'b', 'c'], load)).toEqual(['a', 'b', 'c']);
      expect(batches).toEqual([['a', 'b'], ['c']]);
    },
  ],
  [
    'what was invalidated, by key, tag or dependency, is not found; a load that began before is not either',
    async (start) => {
      const cache = await start();
      cache.depends('product', 'category');
      const changes = [
        (key: string) => cache.delete(key),
        () => cache.invalidate({ tags: ['product'] }),
        () => cache.invalidate({ tags: ['category'] }),
      ];
      // Each with keys of its own: writes of one key may come to a store in another order, which costs a miss.
      for (const [at, change] of changes.entries()) {
        const [before, during] = [`before ${at}`, `during ${at}`];
        await cache.set(before, 'old', { tags: ['product'] });
        await arrives(() => cache.get(before), 'old');
        await change(before);
        expect(await cache.get(before)).toBeUndefined();
        await cache.wrap(during, async () => (await change(during), 'old'), { tags: ['product'] });
        expect(await cache.wrap(during, () => 'new', { tags: ['product'] })).toBe('new');
      }
    },
  ],
  [
    'nothing there is remembered with negativeTtl, and a stale value is served while it is loaded anew',
    async (start) => {
      const cache = await start();
      await cache.wrap('n', () => undefined, { negativeTtl: '1m' });
      await arrives(() => cache.has('n'), true);
      await cache.wrap('s', () => 'old', { ttl: '20ms', swr: '1m' });
      await arrives(() => cache.wrap('s', () => 'new', { swr: '1m' }), 'new');
    },
  ],
  [
    'fragments survive as text and as bytes, apart from values, and are invalid with those within',
    async (start) => {
      const cache = await start();
      const bytes = Buffer.from([0, 255, 1]);
      let runs = 0;
      const inner = (): Promise<Buffer> => cache.fragment('k', () => bytes, { tags: ['inner'] });
      const outer = async (): Promise<string> => `${++runs} ${(await inner()).toString('hex')} é`;
      const page = (): Promise<string> => cache.fragment('page', outer);
      expect(await page()).toBe('1 00ff01 é');
      await arrives(async () => (await page()) === (await page()), true);
      expect((await inner()).equals(bytes)).toBe(true);
      expect(await cache.get('k')).toBeUndefined();
      const before = runs;
      await cache.invalidate({ tags: ['inner'] });
      expect(await page()).toBe(`${before + 1} 00ff01 é`);
    },
  ],
  [
    'another process finds it, if they share a log; else its own',
    async (start) => {
      const [one, other] = [await start(), await start()];
      await one.set('k', VALUE, { tags: ['t'] });
      await arrives(() => one.get('k'), VALUE);
      const found = one.mark().isShared ? VALUE : undefined;
      // Its connections may be new.
      await arrives(() => other.get('k'), found);
      expect(await other.wrap('k', () => 'own')).toEqual(found ?? 'own');
      const { token } = await one.invalidate({ tags: ['t'] });
      await other.confirm(token);
      expect(await other.wrap('k', () => 'own')).toBe('own');
    },
  ],
];
