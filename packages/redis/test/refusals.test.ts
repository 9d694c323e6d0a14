import type { Store } from '@shelflife/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { redisStore, type RedisStoreOptions } from '../src/index.js';
import { recovers } from './support/settling.js';

const BYTES = Buffer.from('bytes');
const LONG = 60_000;

let redis: RedisServer;
let store: Store;
const opened: Store[] = [];

function open(options: RedisStoreOptions = { url: redis.url }): Store {
  store = redisStore(options);
  opened.push(store);
  return store;
}

beforeAll(async () => void (redis = await startRedis()));
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close!();
});
afterAll(() => redis.stop());

test('F06 full: writes are refused in words, reads go on', async () => {
  open();
  await store.set('a', BYTES, LONG);
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
  try {
    const words =
      /^Redis at \S+: OOM command not allowed .*\. It is full: raise maxmemory, or set maxmemory-policy/;
    await expect(store.set('b', BYTES, LONG)).rejects.toThrow(words);
    expect(await store.get('a')).toEqual(BYTES);
  } finally {
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
  }
  await recovers(store);
});

test('F07 a primary that became a replica: writes fail in words, and go on when it is one again', async () => {
  open();
  await store.set('a', BYTES, LONG);
  await redis.ask('REPLICAOF', '127.0.0.1', '1');
  await expect(store.set('a', BYTES, LONG)).rejects.toThrow(
    'It is a replica: give the address of the primary',
  );
  await redis.ask('REPLICAOF', 'NO', 'ONE');
  await recovers(store);
});

test('F08 loading: down, not empty', async () => {
  const config = ['dbfilename dump.rdb', 'key-load-delay 400', 'loading-process-events-interval-bytes 1024'];
  const slow = await startRedis(config);
  open({ url: slow.url });
  try {
    await store.set('a', BYTES, LONG);
    for (let at = 0; at < 4000; at++) void store.set(`key${at}`, BYTES, LONG);
    await store.set('last', BYTES, LONG);
    await slow.ask('SAVE');
    await slow.kill();
    const loaded = slow.restart();
    const said: unknown[] = [];
    const done = new AbortController();
    void loaded.then(() => done.abort());
    while (!done.signal.aborted) {
      said.push(await store.get('a').then(String, () => 'down'));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(new Set(said)).not.toContain('undefined');
    expect(said.filter((word) => word === 'down').length).toBeGreaterThan(20);
    await expect.poll(() => store.get('a').catch(() => {}), { timeout: 5000 }).toEqual(BYTES);
  } finally {
    await slow.stop();
  }
}, 20_000);

describe('F11 what it may not do', () => {
  test.each([
    ['NOAUTH', '', 'It wants a password: redis://user:password@host.'],
    ['WRONGPASS', ':wrong@', 'Correct the user name or the password.'],
  ])('%s', async (_, user, words) => {
    const locked = await startRedis(['requirepass right']);
    const address = `127.0.0.1:${locked.port}`;
    try {
      open({ url: `redis://${user}${address}` });
      await expect(store.get('a')).rejects.toThrow(words);
      open({ url: `redis://:right@${address}` });
      await recovers(store);
    } finally {
      await locked.stop();
    }
  });

  test('NOPERM inside of a script', async () => {
    await redis.ask('ACL', 'SETUSER', 'scripted', 'on', '>pass', '~*', '+@all', '-xadd');
    open({ url: `redis://scripted:pass@127.0.0.1:${redis.port}` });
    const appended = store.log!.append({ names: ['a'], mode: 'remove' }, 0, 'primary');
    await expect(appended).rejects.toThrow('Allow the user of the cache');
  });

  test('NOPERM for one command: the others go on, and nothing is repeated', async () => {
    await redis.ask('ACL', 'SETUSER', 'reader', 'on', '>pass', '~*', '+@all', '-set');
    open({ url: `redis://reader:pass@127.0.0.1:${redis.port}` });
    expect(await store.get('nothing')).toBeUndefined();
    for (let round = 0; round < 5; round++)
      await expect(store.set('a', BYTES, LONG)).rejects.toThrow(/NOPERM.*Allow the user of the cache/);
    expect(await store.get('nothing')).toBeUndefined();
    const refused = /cmdstat_set:.*rejected_calls=(\d+)/.exec(await redis.ask('INFO', 'commandstats'))?.[1];
    expect(Number(refused)).toBeLessThanOrEqual(12);
  });
});

test('the rights that the README names are enough, and keys of others are out of reach', async () => {
  const rights = [
    '~shelflife:*',
    '+@read',
    '+@write',
    '+@scripting',
    '+@connection',
    '+info',
    '+time',
    '+wait',
  ];
  await redis.ask('ACL', 'SETUSER', 'cache', 'on', '>pass', ...rights);
  const url = `redis://cache:pass@127.0.0.1:${redis.port}`;
  open({ url });
  await recovers(store);
  await store.delete('after');
  const { token } = await store.lease!.take('rights', LONG);
  expect(await store.lease!.renew('rights', token!, LONG)).toBe(true);
  const { id } = await store.log!.append({ names: ['a'], mode: 'remove' }, 0, 'replicated');
  expect((await store.log!.read(0, 10, 10)).last).toBe(id);
  expect(await store.check!()).toEqual([]);
  open({ url, keyPrefix: 'other:' });
  await expect(store.get('a')).rejects.toThrow('NOPERM');
});

test('F14 a lease goes on when the server forgot the scripts', async () => {
  open();
  const { token } = await store.lease!.take('F14', LONG);
  await redis.ask('SCRIPT', 'FLUSH');
  expect(await store.lease!.renew('F14', token!, LONG)).toBe(true);
});

test('F18 too many clients: in words, and it is found as soon as there is room', async () => {
  const small = await startRedis(['maxclients 1']);
  try {
    const first = redisStore({ url: small.url });
    await first.set('a', BYTES, LONG);
    open({ url: small.url });
    await expect(store.get('a')).rejects.toThrow(/max number of clients|closed|ECONNRESET|EPIPE/);
    await first.close!();
    await recovers(store);
  } finally {
    await small.stop();
  }
});
