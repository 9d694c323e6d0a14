import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Cache, type CacheOptions, createCache } from '@shelflife/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePorts } from '../../../test/support/servers/program.js';
import { startProxy } from '../../../test/support/servers/proxy.js';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { redisStore, type RedisStoreOptions } from '../src/index.js';
import { knows } from './support/settling.js';

let redis: RedisServer;
let caches: Cache[];

beforeAll(async () => void (redis = await startRedis()));
beforeEach(async () => {
  caches = [];
  await redis.ask('FLUSHALL');
});
afterEach(() => Promise.all(caches.map((cache) => cache.close())));
afterAll(() => redis.stop());

function open(address: RedisStoreOptions = { url: redis.url }, options: CacheOptions = {}): Cache {
  const cache = createCache({ store: redisStore(address), ...options });
  caches.push(cache);
  return cache;
}

/** A cache that has read the log. */
async function ready(address?: RedisStoreOptions, options?: CacheOptions): Promise<Cache> {
  const cache = open(address, options);
  await expect.poll(() => cache.confirm(), { timeout: 10_000 }).toBe(true);
  return cache;
}

/** The value of a key whose tag is the key, which is `made` when it must be made. */
function look(cache: Cache, key: string, made: string): Promise<string> {
  return cache.wrap(key, () => made, { ttl: '1m', tags: [key] });
}

/** What was looked up is written behind the answer. */
const written = (): Promise<void> => sleep(150);

describe('F18 a server that cannot be connected to is like none: it serves within a second', () => {
  const file = (name: string): string => fileURLToPath(new URL(`support/tls/${name}`, import.meta.url));

  /** Serves, then says why it does without the server. */
  async function serves(address: RedisStoreOptions): Promise<string> {
    const cache = open(address);
    const started = performance.now();
    for (let at = 0; at < 20; at++) expect(await look(cache, `key${at}`, 'made')).toBe('made');
    expect(performance.now() - started).toBeLessThan(1000);
    await expect(cache.invalidate({ tags: ['a'] })).rejects.toThrow('did not acknowledge it');
    const store = redisStore(address);
    const why = await store.get('a').then(String, String);
    await store.close!();
    return why;
  }

  test('its certificate has expired, and is used as soon as it was renewed', async () => {
    const [port] = (await freePorts(1)) as [number];
    const secured = await startRedis([
      `tls-port ${port}`,
      `tls-cert-file ${file('expired.crt')}`,
      `tls-key-file ${file('server.key')}`,
      'tls-auth-clients no',
    ]);
    const ca = ['expired.crt', 'valid.crt'].map((name) => readFileSync(file(name)));
    const options = { host: '127.0.0.1', port, tls: { ca } };
    try {
      expect(await serves({ options })).toMatch(/certificate has expired\. Give the right certificates/);
      await secured.ask('CONFIG', 'SET', 'tls-cert-file', file('valid.crt'));
      await expect.poll(() => caches[0]!.confirm(), { timeout: 5000 }).toBe(true);
      const [first, other] = [caches[0]!, await ready({ options })];
      let tries = 0;
      const shared = async (): Promise<string> => {
        const key = `secured${tries++}`;
        await look(first, key, 'one');
        await written();
        return look(other, key, 'two');
      };
      await expect.poll(shared, { timeout: 5000 }).toBe('one');
    } finally {
      await Promise.all(caches.splice(0).map((cache) => cache.close()));
      await secured.stop();
    }
  }, 15_000);

  test('its name is unknown', async () => {
    const lookup = (_host: string, _options: object, told: (error: Error) => void): void =>
      void setTimeout(told, 5, Object.assign(new Error('getaddrinfo ENOTFOUND redis.example')));
    const options = { host: 'redis.example', port: 6379, tls: { lookup } };
    expect(await serves({ options })).toMatch(/ENOTFOUND.*Start it, or correct its address\./);
  });

  test('nobody answers what its name is', async () => {
    const options = { host: 'redis.example', port: 6379, tls: { lookup: () => {} } };
    expect(await serves({ options })).toMatch(/ETIMEDOUT.*Start it, or correct its address\./);
  });
});

test('F21 cut off during 1000 invalidations: nothing old is served later than it may, and nothing is missed', async () => {
  const proxy = await startProxy(redis.port);
  const options: CacheOptions = { maxStaleness: '1s' };
  const [here, away] = [
    await ready(undefined, options),
    await ready({ url: `redis://127.0.0.1:${proxy.port}` }, options),
  ];
  const keys = Array.from({ length: 1000 }, (_, at) => `key${at}`);
  try {
    await Promise.all(keys.map((key) => look(away, key, 'old')));
    proxy.set({ kind: 'silent' });
    await Promise.all(keys.map((key) => here.invalidate({ tags: [key] })));
    await sleep(1000);
    expect(new Set(await Promise.all(keys.map((key) => look(away, key, 'new'))))).toEqual(new Set(['new']));
    proxy.set({ kind: 'none' });
    proxy.reset();
    await expect.poll(() => away.confirm(), { timeout: 5000 }).toBe(true);
    await Promise.all(keys.map((key) => look(away, key, 'newer')));
    const { token } = await here.invalidate({ tags: ['key7'] });
    await knows(away, token);
    expect(await look(away, 'key7', 'newest')).toBe('newest');
  } finally {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
    await proxy.stop();
  }
}, 15_000);

test('F24 a reader that the server drops because its replies pile up goes on where it was', async () => {
  const proxy = await startProxy(redis.port);
  const options: CacheOptions = { maxStaleness: '1s' };
  const [here, away] = [
    await ready(undefined, options),
    await ready({ url: `redis://127.0.0.1:${proxy.port}` }, options),
  ];
  const limit = (bytes: number): Promise<string> =>
    redis.ask('CONFIG', 'SET', 'client-output-buffer-limit', `normal ${bytes} 0 0`);
  const connections = async (): Promise<number> =>
    Number(/total_connections_received:(\d+)/.exec(await redis.ask('INFO', 'stats'))![1]);
  try {
    await look(away, 'a', 'old');
    proxy.set({ kind: 'silent' });
    // One record that is larger than what the server is then willing to hold for a client.
    const tags = Array.from({ length: 200 }, (_, at) => `${'x'.repeat(180)}${at}`);
    const { token } = await here.invalidate({ tags: [...tags, 'a'] });
    await sleep(200);
    await limit(20_000);
    const before = await connections();
    proxy.set({ kind: 'none' });
    proxy.reset();
    await sleep(1200);
    expect(await look(away, 'a', 'made meanwhile')).toBe('made meanwhile');
    expect(away.stats().log.state).toBe('down');
    // It comes back again and again, with pauses in between.
    expect((await connections()) - before).toBeLessThan(60);
    await limit(0);
    await knows(away, token);
    expect(away.stats().log.gaps).toBe(0);
    expect(await look(away, 'a', 'new')).not.toBe('old');
  } finally {
    await limit(0);
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
    await proxy.stop();
  }
}, 15_000);

test('F48 close() waits for the writes that are under way', async () => {
  const cache = await ready();
  const keys = Array.from({ length: 50 }, (_, at) => `key${at}`);
  await Promise.all(keys.map((key) => look(cache, key, 'kept')));
  await cache.close();
  const next = await ready();
  expect(new Set(await Promise.all(keys.map((key) => look(next, key, 'made again'))))).toEqual(
    new Set(['kept']),
  );
});

test('F52 two caches in one process are two, and either may be closed', async () => {
  const [old, young] = [await ready(), await ready()];
  await look(old, 'a', 'first');
  await written();
  expect(await look(young, 'a', 'second')).toBe('first');
  const { token } = await young.invalidate({ tags: ['a'] });
  await knows(old, token);
  expect(await look(old, 'a', 'third')).toBe('third');
  await old.close();
  await young.invalidate({ tags: ['a'] });
  expect(await look(young, 'a', 'fourth')).toBe('fourth');
});
