import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { LogTransport } from '@shelflife/core';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../../test/support/servers/program.js';
import { expectReply, type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { redisLog } from '../src/index.js';

const REMOVE = { names: ['t:a'], mode: 'remove' } as const;

let redis: RedisServer;
let admin: Redis;
let log: LogTransport;
let key: string;
let opened: LogTransport[] = [];

function open(options: object = {}): LogTransport {
  const keyPrefix = `${randomUUID()}:`;
  key = `${keyPrefix}inv:{log}`;
  log = redisLog({ url: redis.url, keyPrefix, ...options });
  opened.push(log);
  return log;
}

beforeAll(async () => {
  redis = await startRedis();
  admin = new Redis(redis.port);
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});
beforeEach(() => void open());
afterEach(async () => {
  await Promise.all(opened.map((one) => one.close()));
  opened = [];
});

test('ids follow the clock of the server, and rise above what the caller knows', async () => {
  const first = await log.append(REMOVE, 0, 'primary');
  expect(Math.abs(first.id / 1024 - Date.now())).toBeLessThan(5000);
  const ahead = first.id + 1024 * 3_600_000;
  expect(await log.append(REMOVE, ahead, 'primary')).toEqual({ id: ahead + 1, previous: first.id });
  expect(await log.append(REMOVE, 0, 'primary')).toEqual({ id: ahead + 2, previous: ahead + 1 });
});

test('names come back as they were', async () => {
  const names = ['t:a', 't:caf\u00e9 \u0000"\\', 't:\ud83d\ude00', 't:\ud800', '*'];
  const { id } = await log.append({ names, mode: 'stale' }, 0, 'primary');
  expect(await log.read(0, 10, 0)).toEqual({
    last: id,
    records: [{ id, previous: 0, names, mode: 'stale' }],
  });
});

test('a reader that waits hears of a record at once, and others need not wait for it', async () => {
  const { id } = await log.append(REMOVE, 0, 'primary');
  const started = performance.now();
  const waiting = log.read(id, 10, 1000);
  expect(await log.read(id, 10, 0)).toEqual({ last: id, records: [] });
  const next = await log.append(REMOVE, id, 'primary');
  expect((await waiting).records).toEqual([{ id: next.id, previous: id, ...REMOVE }]);
  expect(performance.now() - started).toBeLessThan(900);
});

test('a reader waits a second at most', async () => {
  const started = performance.now();
  expect(await log.read(0, 10, 60_000)).toEqual({ last: 0, records: [] });
  expect(performance.now() - started).toBeGreaterThan(900);
  expect(performance.now() - started).toBeLessThan(1900);
});

test.each<[string, readonly string[]]>([
  ['a field that nobody wrote', ['x', 'y']],
  ['names that are no list', ['p', '0', 'n', '{}', 'm', 'remove']],
  ['names that are no texts', ['p', '0', 'n', '[1]', 'm', 'remove']],
  ['damaged names', ['p', '0', 'n', '["a', 'm', 'remove']],
  ['an unknown strength', ['p', '0', 'n', '["a"]', 'm', 'maybe']],
])('a record with %s chains with nothing', async (_, fields) => {
  await admin.xadd(key, '1000-5', ...fields);
  const id = 1000 * 1024 + 5;
  expect(await log.read(0, 10, 0)).toEqual({
    last: id,
    records: [{ id, previous: -1, names: ['*'], mode: 'remove' }],
  });
});

test('a counter that does not fit into an id is no obstacle', async () => {
  const ms = Date.now() + 60_000;
  await admin.xadd(key, `${ms}-5000`, 'x', 'y');
  const { id } = await log.append(REMOVE, 0, 'primary');
  expect(id).toBeGreaterThan(ms * 1024 + 5000);
  expect((await log.read(id - 1, 10, 0)).records).toEqual([{ id, previous: ms * 1024 + 5000, ...REMOVE }]);
});

test('a record that leaves no room for more is named with the remedy', async () => {
  await admin.xadd(key, '9007199254740991-0', 'x', 'y');
  await expect(log.append(REMOVE, 0, 'primary')).rejects.toThrow(`not of this cache: delete the key ${key}`);
});

test('F14 scripts that the server forgot are sent again', async () => {
  for (const durability of ['primary', 'replicated'] as const) {
    await admin.script('FLUSH');
    expect((await log.append(REMOVE, 0, durability)).id).toBeGreaterThan(0);
    await admin.script('FLUSH');
    expect((await log.read(0, 10, 0)).records.length).toBeGreaterThan(0);
  }
});

test('what is older than the retention goes, and what is more than the cap', async () => {
  open({ retention: '1s', maxInvalidations: 150 });
  const old = Date.now() - 10_000;
  for (let at = 0; at < 250; at++) await admin.xadd(key, `${old}-${at}`, 'p', '0', 'n', '[]', 'm', 'remove');
  const { id } = await log.append(REMOVE, 0, 'primary');
  // Redis trims whole nodes of 100 records.
  expect((await log.read(0, 1000, 0)).records.length).toBeLessThanOrEqual(101);
  for (let at = 0; at < 400; at++) await log.append(REMOVE, id, 'primary');
  expect(await admin.xlen(key)).toBeLessThanOrEqual(300);
});

test('a log that is gone is empty, and goes on above the ids it had', async () => {
  const { id } = await log.append(REMOVE, 0, 'primary');
  await admin.flushall();
  expect(await log.read(id, 10, 0)).toEqual({ last: 0, records: [] });
  const next = await log.append(REMOVE, 0, 'primary');
  expect(next).toEqual({ id: expect.any(Number), previous: 0 });
  expect(next.id).toBeGreaterThan(id);
});

test('F15 another type at the key of the log is named with its remedy', async () => {
  await admin.set(key, 'mine');
  const remedy = 'Another program writes to this key: give the cache a keyPrefix of its own.';
  await expect(log.append(REMOVE, 0, 'primary')).rejects.toThrow(remedy);
  await expect(log.read(0, 10, 0)).rejects.toThrow(remedy);
});

describe('with a replica', () => {
  let replica: RedisServer;
  beforeAll(async () => {
    replica = await startRedis([`replicaof 127.0.0.1 ${redis.port}`]);
    await until('the replica', () => expectReply(redis.port, /state=online/, 'INFO', 'replication'));
  });
  afterAll(() => replica.stop());

  test('an append tells whether it is there', async () => {
    const isReplicated = async (): Promise<unknown> => (await log.append(REMOVE, 0, 'replicated')).replicated;
    await expect.poll(isReplicated, { timeout: 5000 }).toBe(true);
    replica.pause();
    const started = performance.now();
    expect(await isReplicated()).toBe(false);
    expect(performance.now() - started).toBeLessThan(900);
    replica.resume();
  });

  test('F07 a replica is never read from: what it says may be old', async () => {
    const wrong = redisLog({ url: replica.url });
    opened.push(wrong);
    await expect(wrong.read(0, 10, 0)).rejects.toThrow(/READONLY.*give the address of the primary/);
    await expect(wrong.read(0, 10, 10)).rejects.toThrow('READONLY');
  });
});

test('a primary that is cut off from its replicas is not read from', async () => {
  await log.append(REMOVE, 0, 'primary');
  await admin.config('SET', 'min-replicas-to-write', '1');
  await expect(log.read(0, 10, 0)).rejects.toThrow('NOREPLICAS');
  await admin.config('SET', 'min-replicas-to-write', '0');
});

test('F06 a full server takes no invalidation, and can be read', async () => {
  const { id } = await log.append(REMOVE, 0, 'primary');
  await admin.config('SET', 'maxmemory', '1');
  try {
    await expect(log.append(REMOVE, id, 'primary')).rejects.toThrow(/OOM.*maxmemory-policy to volatile-lru/);
    expect((await log.read(0, 10, 0)).last).toBe(id);
  } finally {
    await admin.config('SET', 'maxmemory', '0');
  }
});

test('F17 a server that cannot save takes no invalidation, and can be read', async () => {
  const server = await startRedis(['save 3600 1']);
  try {
    const other = redisLog({ url: server.url });
    opened.push(other);
    const { id } = await other.append(REMOVE, 0, 'primary');
    // It runs in a folder that is gone.
    const folder = /\/\S+/.exec(await server.ask('CONFIG', 'GET', 'dir'))![0];
    await rm(folder, { recursive: true });
    await server.ask('BGSAVE');
    await expect.poll(() => server.ask('SET', 'a', 'b')).toContain('MISCONF');
    await expect(other.append(REMOVE, id, 'primary')).rejects.toThrow(/MISCONF.*cannot save to disk/);
    expect((await other.read(0, 10, 0)).last).toBe(id);
  } finally {
    await server.stop();
  }
});
