import { setTimeout as sleep } from 'node:timers/promises';
import { type Cache, createCache, type Store } from '@shelflife/core';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { redisStore } from '../src/index.js';
import { knows } from './support/settling.js';
import { ofAnotherVersion } from './support/versions.js';

let redis: RedisServer;
const caches: Cache[] = [];

beforeAll(async () => void (redis = await startRedis()));
afterEach(() => Promise.all(caches.splice(0).map((cache) => cache.close())));
afterAll(() => redis.stop());

/** A process of one of two releases, without a memory: what it finds, it finds in Redis. */
async function start(change: (store: Store) => Store = (store) => store): Promise<Cache> {
  const cache = createCache({ store: change(redisStore({ url: redis.url })), memory: false });
  caches.push(cache);
  await expect.poll(() => cache.confirm(), { timeout: 5000 }).toBe(true);
  return cache;
}

interface Made {
  readonly by: string;
  readonly change: number;
}

test('F51 while a release replaces another one: none reads what the other stored, all hear of what is invalidated', async () => {
  const [old, young] = ['old', 'young'] as const;
  const processes = [
    [old, await start()],
    [young, await start(ofAnotherVersion)],
    [old, await start()],
    [young, await start(ofAnotherVersion)],
  ] as const;
  let change = 0;
  const look = (by: string, cache: Cache): Promise<Made> =>
    cache.wrap('key', () => ({ by, change }), { ttl: '1m', tags: ['tag'] });
  const found: Made[] = [];
  for (let round = 0; round < 100; round++) {
    const [, changed] = processes[round % 4]!;
    change = round;
    const { token } = await changed.invalidate({ tags: ['tag'] });
    for (const [version, cache] of processes.toSorted(() => Math.random() - 0.5)) {
      await knows(cache, token);
      const made = await look(version, cache);
      expect(made).toEqual({ by: version, change: round });
      found.push(made);
    }
  }
  expect(found).toHaveLength(400);
}, 30_000);

test('F51 one release finds what it stored itself, and the other one does not', async () => {
  const [one, same, other] = [await start(), await start(), await start(ofAnotherVersion)];
  const another = await start(ofAnotherVersion);
  await one.set('mine', 'of one', { ttl: '1m' });
  await other.set('other', 'of the other', { ttl: '1m' });
  await expect.poll(() => same.get('mine')).toBe('of one');
  await expect.poll(() => another.get('other')).toBe('of the other');
  expect([await other.get('mine'), await same.get('other')]).toEqual([undefined, undefined]);
});

test('F51 an invalidation in words that only a later release knows makes everything invalid', async () => {
  const cache = await start();
  await cache.set('key', 'old', { ttl: '1m' });
  await expect.poll(() => cache.get('key')).toBe('old');
  const admin = new Redis(redis.port);
  await admin.xadd('shelflife:inv:{log}', '*', 'v', '3', 'tags', 'compressed');
  admin.disconnect();
  await sleep(5);
  await expect.poll(() => cache.confirm()).toBe(true);
  await expect.poll(() => cache.get('key'), { interval: 5 }).toBeUndefined();
});
