import { expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { pass, settle } from '../testing/step.js';
import type { DataStats } from './counters.js';

function start(): { readonly cache: Cache; readonly clock: FakeClock; readonly data: () => DataStats } {
  const clock = fakeClock();
  const cache = createCache({ clock, defaults: { ttl: '10s' } });
  return { cache, clock, data: () => cache.stats().data };
}

const ZEROS: DataStats = {
  hits: 0,
  stale: 0,
  misses: 0,
  filtered: 0,
  collapsed: 0,
  hitRatio: 0,
  loads: 0,
  refreshes: 0,
  failures: 0,
};

test('a new cache has done nothing', () => {
  expect(start().data()).toEqual(ZEROS);
});

test('hits and misses, of many keys and of get() as well', async () => {
  const { cache, data } = start();
  await cache.wrap('a', () => 1);
  await cache.wrap('a', () => 1);
  await cache.wrapMany(['a', 'b', 'c'], (missing) => missing.map(() => 1));
  await cache.get('a');
  await cache.get('none');
  // Looking whether something is there is no look-up.
  await cache.has('a');
  expect(data()).toEqual({ ...ZEROS, hits: 3, misses: 4, loads: 3, hitRatio: 3 / 7 });
});

test('those that wait for a load are hits', async () => {
  const { cache, data } = start();
  await Promise.all(Array.from({ length: 5 }, () => cache.wrap('a', async () => (await settle(), 1))));
  expect(data()).toMatchObject({ hits: 4, collapsed: 4, misses: 1, loads: 1 });
});

test('unless it fails', async () => {
  const { cache, data } = start();
  const fail = (): Promise<never> => Promise.reject(new Error('down'));
  await Promise.allSettled([cache.wrap('a', fail), cache.wrap('a', fail)]);
  expect(data()).toEqual({ ...ZEROS, misses: 2, loads: 1, failures: 1 });
});

test('a value that cannot be shared is loaded by each', async () => {
  const { cache, data } = start();
  const load = async (): Promise<() => void> => (await settle(), () => {});
  await Promise.all([cache.wrap('a', load), cache.wrap('a', load)]);
  expect(data()).toEqual({ ...ZEROS, misses: 2, loads: 2 });
});

test('stale ones: while it is loaded anew, and in place of a load that fails', async () => {
  const { cache, clock, data } = start();
  await cache.wrap('a', () => 1, { swr: '10s', staleIfError: '1m' });
  clock.advance(10_000);
  await cache.wrap('a', () => 2, { ttl: '1s', staleIfError: '1m' });
  await settle();
  expect(data()).toEqual({ ...ZEROS, misses: 1, stale: 1, loads: 2, refreshes: 1, hitRatio: 0.5 });
  clock.advance(2000);
  for (let at = 0; at < 3; at++) await cache.wrap('a', () => Promise.reject(new Error('down')));
  expect(data()).toEqual({
    ...ZEROS,
    misses: 1,
    stale: 4,
    loads: 3,
    refreshes: 1,
    failures: 1,
    hitRatio: 0.8,
  });
});

test('a load that takes too long has failed, and counts once', async () => {
  const { cache, clock, data } = start();
  const asked = cache.wrap('a', () => new Promise(() => {}), { timeout: { hard: '1s' } }).catch(() => 'late');
  await pass(clock, 1000, 100);
  expect([await asked, data()]).toEqual(['late', { ...ZEROS, misses: 1, loads: 1, failures: 1 }]);
});
