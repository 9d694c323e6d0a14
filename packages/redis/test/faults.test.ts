import { createCache, type Store } from '@shelflife/core';
import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startCluster } from '../../../test/support/servers/cluster.js';
import { type Proxy, startProxy } from '../../../test/support/servers/proxy.js';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { redisStore, type RedisStoreOptions } from '../src/index.js';
import { recovers, settled } from './support/settling.js';

const BYTES = Buffer.from('bytes');
const LONG = 60_000;

let redis: RedisServer;
let proxy: Proxy;
let store: Store;
const opened: Store[] = [];

function open(options: RedisStoreOptions = { url: redis.url }): Store {
  store = redisStore(options);
  opened.push(store);
  return store;
}

beforeAll(async () => {
  redis = await startRedis();
  proxy = await startProxy(redis.port);
});
afterEach(async () => {
  proxy.set({ kind: 'none' });
  for (const one of opened.splice(0)) await one.close!();
});
afterAll(() => Promise.all([redis.stop(), proxy.stop()]));

test('F02 killed while 100 calls are under way: they fail at once, and it is found again after a restart', async () => {
  open();
  await store.set('a', BYTES, LONG);
  redis.pause();
  const calls = Array.from({ length: 100 }, () => store.get('a'));
  const all = settled(calls);
  await redis.kill();
  expect(await all).toMatchObject({ statuses: new Set(['rejected']) });
  expect((await all).ms).toBeLessThan(1000);
  await redis.restart();
  await recovers(store);
});

test('F03 hung: calls settle when the connection is given up, and it is found again', async () => {
  open();
  await store.set('a', BYTES, LONG);
  redis.pause();
  const { ms, statuses } = await settled([
    store.get('a'),
    store.set('b', BYTES, LONG),
    store.lease!.take('a', 1000),
  ]);
  expect(statuses).toEqual(new Set(['rejected']));
  expect(ms).toBeLessThan(3000);
  // While it hangs, what cannot be sent fails at once or with its connection: nothing is kept to be sent later.
  expect((await settled([store.set('late', BYTES, LONG)])).statuses).toEqual(new Set(['rejected']));
  redis.resume();
  await recovers(store);
  expect(await store.get('late')).toBeUndefined();
}, 15_000);

test('F05 replies that come too late end their connection, and are not taken for others', async () => {
  open({ url: `redis://127.0.0.1:${proxy.port}` });
  await store.set('a', Buffer.from('of a'), LONG);
  await store.set('b', Buffer.from('of b'), LONG);
  proxy.set({ kind: 'late', ms: 2300 });
  await expect(store.get('a')).rejects.toThrow(
    /the connection ended before the answer came \(Socket timeout/,
  );
  proxy.set({ kind: 'none' });
  await expect.poll(() => store.get('b').catch(() => {}), { timeout: 5000 }).toEqual(Buffer.from('of b'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await store.get('b')).toEqual(Buffer.from('of b'));
}, 15_000);

test('F09 a shard of a Cluster that is down: its keys fail, the others go on, and it is found again', async () => {
  const cluster = await startCluster({ config: ['cluster-require-full-coverage no'] });
  const client = new Cluster([...cluster.nodes], { lazyConnect: true });
  try {
    open({ client });
    await store.set('a', BYTES, LONG);
    const keys = Array.from({ length: 60 }, (_, at) => `key${at}`);
    const [lost] = cluster.masters;
    const isLost = (key: string): boolean => store.node!(key) === `127.0.0.1:${lost!.port}`;
    const [gone, kept] = [keys.filter(isLost), keys.filter((key) => !isLost(key))];
    expect(Math.min(gone.length, kept.length)).toBeGreaterThan(5);
    await lost!.kill();
    expect((await settled(gone.map((key) => store.set(key, BYTES, LONG)))).statuses).toEqual(
      new Set(['rejected']),
    );
    for (let round = 0; round < 20; round++) {
      const { ms, statuses } = await settled(kept.map((key) => store.set(key, BYTES, LONG)));
      expect(statuses).toEqual(new Set(['fulfilled']));
      expect(ms).toBeLessThan(1000);
    }
    await lost!.restart();
    await expect
      .poll(() => store.set(gone[0]!, BYTES, LONG).then(() => 'there', String), { timeout: 8000 })
      .toBe('there');
  } finally {
    await cluster.stop();
  }
}, 30_000);

describe('F15', () => {
  test.each<[string, string]>([
    ['garbage', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['half a reply', '$100\r\nabc'],
    ['a length of 512 MB', `$${512 * 1024 * 1024}\r\nabc`],
    ['a length below zero', '$-7\r\n'],
    ['a list of a thousand million', '*1000000000\r\n'],
  ])('%s, then the end: a failure, and later replies are right', async (_, bytes) => {
    open({ url: `redis://127.0.0.1:${proxy.port}` });
    await store.set('a', BYTES, LONG);
    const before = process.memoryUsage().rss;
    proxy.set({ kind: 'garbage', bytes: Buffer.from(bytes) });
    const found = await store.get('a').catch(() => undefined);
    expect(found).toBeUndefined();
    proxy.set({ kind: 'none' });
    await recovers(store);
    expect(await store.get('a')).toEqual(BYTES);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('another type at the key: nothing is found there, and it is overwritten', async () => {
    open({ url: redis.url, keyPrefix: 'mine:' });
    await redis.ask('RPUSH', 'mine:c:{list}', 'a');
    expect(await store.get('list')).toBeUndefined();
    await store.set('list', BYTES, LONG);
    expect(await store.get('list')).toEqual(BYTES);
  });
});

test('a connection that is reset fails what waits on it, and is opened again', async () => {
  open({ url: `redis://127.0.0.1:${proxy.port}` });
  await store.set('a', BYTES, LONG);
  proxy.set({ kind: 'silent' });
  const waiting = settled([store.get('a'), store.log!.read(0, 1, 0)]);
  setTimeout(() => proxy.reset(), 50);
  expect((await waiting).statuses).toEqual(new Set(['rejected']));
  proxy.set({ kind: 'none' });
  await recovers(store);
});

test('U16 who gives up on a reply does not leave it to the next: each call gets the value of its own key', async () => {
  open({ url: `redis://127.0.0.1:${proxy.port}` });
  const keys = Array.from({ length: 50 }, (_, at) => `key ${at}`);
  for (const key of keys) await store.set(key, Buffer.from(key), LONG);
  const cache = createCache({ store, memory: false });
  // Replies come after the 50 ms that a cache waits for them.
  proxy.set({ kind: 'late', ms: 80 });
  for (let round = 0; round < 4; round++) {
    const slow = store.get(keys[round]!);
    const abandoned = await Promise.all(keys.map((key) => cache.get(key)));
    expect(new Set(abandoned)).toEqual(new Set([undefined]));
    const next = await Promise.all(keys.toReversed().map((key) => store.get(key)));
    expect([String(await slow), ...next.map(String)]).toEqual([keys[round], ...keys.toReversed()]);
  }
  await cache.close();
});
