import { describe, expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import type { CacheOptions } from '../options.js';
import type { Store } from '../store/store.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { mapStore } from '../testing/map-store.js';
import { memoryLease } from '../testing/memory-lease.js';
import { memoryTransport } from '../testing/memory-transport.js';
import { pass, settle } from '../testing/step.js';
import type { DataStats } from './counters.js';
import type { DataRule } from './rule.js';

const TAKES_MS = 200;

interface Fleet {
  readonly clock: FakeClock;
  readonly caches: readonly Cache[];
  /** How often the origin was asked, by all processes. */
  readonly calls: () => number;
  /** A load of 200 ms that gives the number of its run. */
  readonly load: () => Promise<number>;
}

/** Processes that share a store with leases, and an origin. */
async function fleet(
  size: number,
  spoil: (store: Store, at: number) => Store = (store) => store,
  options: CacheOptions = {},
): Promise<Fleet> {
  const clock = fakeClock();
  const values = mapStore(clock);
  const store: Store = { ...values, lease: memoryLease(clock, values), log: memoryTransport(clock) };
  const caches = Array.from({ length: size }, (_, at) =>
    createCache({ clock, store: spoil(store, at), defaults: { ttl: '10s' }, ...options }),
  );
  await pass(clock, 20);
  let calls = 0;
  const load = (): Promise<number> => {
    const call = ++calls;
    return new Promise((resolve) => void clock.after(TAKES_MS, () => resolve(call)));
  };
  return { clock, caches, calls: () => calls, load };
}

/** What came within some time; `undefined` for what did not. */
async function within<T>(
  clock: FakeClock,
  ms: number,
  all: readonly Promise<T>[],
): Promise<readonly (T | undefined)[]> {
  const found: (T | undefined)[] = all.map(() => undefined);
  all.forEach((one, at) => void one.then((value) => (found[at] = value)));
  await pass(clock, ms);
  return found;
}

describe('several processes and one origin', () => {
  test('of 8 processes with 10 look-ups each one asks it', async () => {
    const { clock, caches, calls, load } = await fleet(8);
    const all = caches.flatMap((cache) => Array.from({ length: 10 }, () => cache.wrap('k', load)));
    expect(await within(clock, 400, all)).toEqual(Array(80).fill(1));
    expect(calls()).toBe(1);
    const count = (name: keyof DataStats): number =>
      caches.map((cache) => cache.stats().data[name]).reduce((sum, one) => sum + one);
    expect([count('loads'), count('hits'), count('collapsed'), count('misses')]).toEqual([1, 79, 79, 1]);
  });

  test('wrapMany: what another process loads is waited for, and the rest is loaded at once', async () => {
    const { clock, caches, load } = await fleet(2);
    const [one, other] = caches as [Cache, Cache];
    const batches: (readonly string[])[] = [];
    const loadMany = async (missing: readonly string[]): Promise<readonly number[]> => {
      batches.push(missing);
      const value = await load();
      return missing.map(() => value);
    };
    const first = one.wrapMany(['a', 'b'], loadMany);
    await pass(clock, 5);
    const second = other.wrapMany(['b', 'c', 'a', 'd'], loadMany);
    expect(await within(clock, 500, [first, second])).toEqual([
      [1, 1],
      [1, 2, 1, 2],
    ]);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('F28 the death of the one that loads costs the others one lease', async () => {
    const dead = (store: Store, at: number): Store =>
      at === 0 ? { ...store, lease: { ...store.lease!, renew: async () => false } } : store;
    const { clock, caches, calls, load } = await fleet(3, dead);
    const [one, ...others] = caches as [Cache, ...Cache[]];
    void one.wrap('k', () => new Promise(() => {}));
    await pass(clock, 50);
    const all = others.map((cache) => cache.wrap('k', load));
    expect(await within(clock, 1900, all)).toEqual([undefined, undefined]);
    expect(await within(clock, 500, all)).toEqual([1, 1]);
    expect(calls()).toBe(1);
  });

  test('nobody waits for longer than five seconds, or than timeout.hard; then nothing is loaded behind it', async () => {
    const { clock, caches, calls, load } = await fleet(3);
    const [one, two, three] = caches as [Cache, Cache, Cache];
    void one.wrap('k', () => new Promise(() => {}));
    await pass(clock, 50);
    const patient = two.wrap('k', load);
    const hurried = three.wrap('k', load, { timeout: { hard: '1s' } }).catch((error: Error) => error);
    expect(await within(clock, 1000, [patient, hurried])).toEqual([
      undefined,
      expect.objectContaining({ code: 'ERR_TIMEOUT' }),
    ]);
    expect(await within(clock, 4900, [patient])).toEqual([1]);
    expect(calls()).toBe(1);
  });

  test('a value that is not stored is loaded by each, one after the other', async () => {
    const { clock, caches, calls, load } = await fleet(3);
    const all = caches.map((cache) => cache.wrap('k', (context) => (context.skip(), load())));
    expect(new Set(await within(clock, 1500, all))).toEqual(new Set([1, 2, 3]));
    expect(calls()).toBe(3);
    // From then on at once.
    const again = caches.map((cache) => cache.wrap('k', (context) => (context.skip(), load())));
    expect(new Set(await within(clock, 210, again))).toEqual(new Set([4, 5, 6]));
  });

  test('nor do those wait who only want to share a load among themselves', async () => {
    const { clock, caches, load } = await fleet(3);
    const all = caches.flatMap((cache) => [0, 1].map(() => cache.wrap('k', load, { ttl: 0 })));
    expect(new Set(await within(clock, 210, all))).toEqual(new Set([1, 2, 3]));
  });

  test('what a schema refuses is loaded', async () => {
    const { clock, caches, load } = await fleet(2);
    const [one, other] = caches as [Cache, Cache];
    const schema = {
      '~standard': { version: 1 as const, validate: (value: unknown) => (value === 2 ? {} : { issues: [] }) },
    };
    const all = [one.wrap('k', load), other.wrap<number>('k', load, { schema })];
    expect(await within(clock, 1000, all)).toEqual([1, 2]);
  });

  test('a load that an invalidation has overtaken holds up nobody in its process, and its value is not taken', async () => {
    const { clock, caches, load } = await fleet(2);
    const [one, other] = caches as [Cache, Cache];
    const old = one.wrap('k', load);
    await pass(clock, 50);
    await other.delete('k');
    await pass(clock, 20);
    const again = [one.wrap('k', load), other.wrap('k', load)];
    expect(await within(clock, 500, [old, ...again])).toEqual([1, 2, 2]);
  });

  test.each([
    ['rejects', (): Promise<never> => Promise.reject(new Error('gone'))],
    ['hangs', (): Promise<never> => new Promise(() => {})],
  ])('a lease that %s leaves each to itself', async (_, take) => {
    const spoil = (store: Store): Store => ({ ...store, lease: { ...store.lease!, take } });
    const { clock, caches, calls, load } = await fleet(3, spoil);
    const all = caches.map((cache) => cache.wrap('k', load));
    expect(new Set(await within(clock, 400, all))).toEqual(new Set([1, 2, 3]));
    expect(calls()).toBe(3);
  });
});

describe('a stale value', () => {
  const rule: DataRule<number> = { ttl: '1s', swr: '1m' };

  test('is refreshed by one process; the others serve it, and find the new one', async () => {
    const { clock, caches, calls, load } = await fleet(4);
    const ask = (): Promise<number>[] => caches.map((cache) => cache.wrap('k', load, rule));
    await within(clock, 400, ask());
    await pass(clock, 1000);
    expect(await within(clock, 5, ask())).toEqual(Array(4).fill(1));
    expect(await within(clock, 5, ask())).toEqual(Array(4).fill(1));
    await pass(clock, 300);
    expect(calls()).toBe(2);
    await pass(clock, 700);
    await within(clock, 20, ask());
    expect([calls(), await within(clock, 5, ask())]).toEqual([2, [2, 2, 2, 2]]);
  });

  test('is refreshed ahead of time by one, also without a memory tier', async () => {
    for (const memory of [{}, false] as const) {
      const { clock, caches, calls, load } = await fleet(3, undefined, { memory });
      const early: DataRule<number> = { ttl: '10s', refreshAhead: 0.5 };
      const ask = (): Promise<number>[] => caches.map((cache) => cache.wrap('k', load, early));
      await within(clock, 400, ask());
      expect(await within(clock, 20, ask())).toEqual([1, 1, 1]);
      await pass(clock, 6000, 50);
      expect(await within(clock, 20, ask())).toEqual([1, 1, 1]);
      await pass(clock, 1500);
      await within(clock, 20, ask());
      expect([calls(), await within(clock, 20, ask())]).toEqual([2, [2, 2, 2]]);
    }
  });
});

test('without a lease each process loads for itself, and a load begins in the call', async () => {
  const { lease: _, ...bare } = { ...mapStore(), lease: undefined };
  const cache = createCache({ store: bare, defaults: { ttl: '1m' } });
  let began = false;
  void cache.wrap('k', () => ((began = true), 1));
  await settle();
  expect(began).toBe(true);
  await cache.close();
});
