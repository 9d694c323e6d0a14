import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis, startSentinel } from '../../../test/support/servers/redis.js';
import { startWorker, type Worker } from './support/fleet.js';
import type { WorkerOptions } from './support/messages.js';

const opened: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.stop();
});

async function serverOf(config: readonly string[] = []): Promise<RedisServer> {
  const redis = await startRedis(config);
  opened.push(redis);
  return redis;
}

async function workerOn(redis: WorkerOptions['redis'], more: Partial<WorkerOptions> = {}): Promise<Worker> {
  const worker = await startWorker({ redis, maxStaleness: '5s', renderMs: [0, 0], ...more });
  opened.push(worker);
  return worker;
}

/** Milliseconds that each of so many requests, one after the other, took; every answer must be one of the handler or of the cache. */
async function times(
  worker: Worker,
  count: number,
  idOf: (at: number) => string,
): Promise<readonly number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at++) {
    const started = performance.now();
    const { status, body } = await worker.item(idOf(at));
    all.push(performance.now() - started);
    expect([status, body!.id]).toEqual([200, idOf(at)]);
  }
  return all;
}

function p99(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1]!;
}

async function hitRate(worker: Worker, ids: readonly string[]): Promise<number> {
  let hits = 0;
  for (const id of ids) if (/; hit/.test((await worker.item(id)).cacheStatus)) hits++;
  return hits / ids.length;
}

test('F01 unreachable at start: it serves within a second, and joins Redis when it appears', async () => {
  const redis = await serverOf();
  await redis.kill();
  const worker = await workerOn({ url: redis.url });
  const started = performance.now();
  await times(worker, 20, (at) => `item${at}`);
  expect(performance.now() - started).toBeLessThan(1000);
  await redis.restart();
  await expect.poll(async () => (await worker.invalidate('a')).acked, { timeout: 5000 }).toBeDefined();
  await worker.item('shared');
  const other = await workerOn({ url: redis.url });
  await expect.poll(() => hitRate(other, ['shared']), { timeout: 5000 }).toBe(1);
}, 20_000);

// Other tests run on this machine at the same time.
const TIMED = { retry: 2, timeout: 40_000 };

describe('F03 hung', () => {
  test(
    'five requests pay the deadline, the next ones nothing, and it is used again as soon as it answers',
    TIMED,
    async () => {
      const redis = await serverOf();
      const worker = await workerOn({ url: redis.url });
      const usual = await times(worker, 200, (at) => `before${at}`);
      const base = p99(usual);
      redis.pause();
      const first = await times(worker, 5, (at) => `first${at}`);
      const then = await times(worker, 300, (at) => `then${at}`);
      // By now this process has not heard of the log for longer than maxStaleness.
      await sleep(5500);
      const later = await times(worker, 300, (at) => `later${at}`);
      redis.resume();
      expect(p99(first) - base).toBeLessThanOrEqual(300);
      expect(p99(then) - base).toBeLessThanOrEqual(10);
      expect(p99(later) - base).toBeLessThanOrEqual(10);

      const ids = Array.from({ length: 40 }, (_, at) => `after${at}`);
      await expect
        .poll(() => hitRate(worker, ids), { timeout: 10_000, interval: 300 })
        .toBeGreaterThanOrEqual(0.95);
      // And through Redis: another process finds them there.
      const other = await workerOn({ url: redis.url });
      await expect.poll(() => hitRate(other, ids), { timeout: 5000 }).toBeGreaterThanOrEqual(0.95);
    },
  );
});

test('F02 killed while 100 requests are under way: all are answered, and an invalidation is not acknowledged', async () => {
  const redis = await serverOf();
  const worker = await workerOn({ url: redis.url }, { renderMs: [20, 20] });
  await worker.item('warm');
  const asked = Promise.all(Array.from({ length: 100 }, (_, at) => times(worker, 1, () => `item${at}`)));
  await redis.kill();
  expect(Math.max(...(await asked).flat())).toBeLessThan(1000);
  expect((await worker.invalidate('warm')).acked).toBeUndefined();
  await redis.restart();
  await expect.poll(async () => (await worker.invalidate('warm')).acked, { timeout: 5000 }).toBeDefined();
});

test('F06 full: requests are answered, an invalidation is not acknowledged and takes effect here all the same', async () => {
  const redis = await serverOf();
  const worker = await workerOn({ url: redis.url });
  const { body } = await worker.item('kept');
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
  await times(worker, 20, (at) => `item${at}`);
  expect((await worker.invalidate('kept')).acked).toBeUndefined();
  expect((await worker.item('kept')).body!.began).toBeGreaterThan(body!.began);
});

test('FLUSHALL: nothing wrong is served, and the cache fills again', async () => {
  const redis = await serverOf();
  const [one, other] = await Promise.all([workerOn({ url: redis.url }), workerOn({ url: redis.url })]);
  for (let round = 0; round < 5; round++) {
    await Promise.all([one.item('a'), other.item('a')]);
    const { acked } = await one.invalidate('a');
    await redis.ask('FLUSHALL');
    await sleep(1500);
    expect((await other.item('a')).body!.began).toBeGreaterThan(acked!);
  }
  expect(await hitRate(other, ['b', 'b', 'b', 'b', 'b'])).toBe(0.8);
}, 20_000);

test.each([3_600_000, -3_600_000])(
  'F19 a process whose clock is %d ms off keeps the same promises',
  async (clockOffsetMs) => {
    const redis = await serverOf();
    const off = await workerOn({ url: redis.url }, { clockOffsetMs });
    const usual = await workerOn({ url: redis.url });
    for (const [from, to] of [
      [off, usual],
      [usual, off],
    ] as const) {
      await Promise.all([from.item('a'), to.item('a')]);
      const { acked, token } = await from.invalidate('a');
      expect(await to.confirm(token!)).toBe(true);
      expect((await to.item('a')).body!.began).toBeGreaterThan(acked!);
    }
  },
  15_000,
);

test('F28 the process that makes an answer dies: another makes it when the lease is over', async () => {
  const redis = await serverOf();
  const slow = await workerOn({ url: redis.url }, { renderMs: [10_000, 10_000] });
  const other = await workerOn({ url: redis.url });
  await Promise.all([slow.confirm(''), other.confirm('')]);
  const lost = slow.item('a').catch(() => 'lost');
  await sleep(300);
  const started = performance.now();
  const waiting = other.item('a');
  await sleep(200);
  await slow.stop('SIGKILL');
  expect(await lost).toBe('lost');
  expect((await waiting).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(500);
  expect(performance.now() - started).toBeLessThan(4000);
}, 20_000);

test('a failover of Sentinel: requests go on, and the new primary is used', async () => {
  const servers = await startSentinel();
  opened.push(servers);
  const { name, port, master } = servers;
  const worker = await workerOn({ sentinel: { name, port } });
  const { acked } = await worker.invalidate('a');
  expect(acked).toBeDefined();
  await master.kill();
  const during = await times(worker, 300, (at) => `during${at}`);
  expect(p99(during)).toBeLessThan(300);
  await expect.poll(async () => (await worker.invalidate('a')).acked, { timeout: 15_000 }).toBeDefined();
  expect(await hitRate(worker, ['b', 'b', 'b', 'b', 'b'])).toBe(0.8);
}, 30_000);
