import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis, startSentinel } from '../../../test/support/servers/redis.js';
import { startWorker, type Worker } from './support/fleet.js';
import type { WorkerOptions } from './support/messages.js';

/** Ends what a test started when the test is over. */
type Finished = (end: () => Promise<void>) => void;

async function serverOf(finished: Finished): Promise<RedisServer> {
  const redis = await startRedis();
  finished(() => redis.stop());
  return redis;
}

async function workerOn(
  finished: Finished,
  redis: WorkerOptions['redis'],
  more: Partial<WorkerOptions> = {},
): Promise<Worker> {
  const worker = await startWorker({ redis, maxStaleness: '5s', renderMs: [0, 0], ...more });
  finished(() => worker.stop());
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

// Other tests run on this machine at the same time.
const TIMED = { retry: 2, timeout: 40_000 };

describe('F03 hung', () => {
  test(
    'five requests pay the deadline, the next ones nothing, and it is used again as soon as it answers',
    TIMED,
    async ({ onTestFinished }) => {
      const redis = await serverOf(onTestFinished);
      const worker = await workerOn(onTestFinished, { url: redis.url }, { maxStaleness: '2s' });
      const usual = await times(worker, 200, (at) => `before${at}`);
      const base = p99(usual);
      redis.pause();
      const first = await times(worker, 5, (at) => `first${at}`);
      const then = await times(worker, 300, (at) => `then${at}`);
      // By now this process has not heard of the log for longer than maxStaleness.
      await sleep(2500);
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
      const other = await workerOn(onTestFinished, { url: redis.url });
      await expect.poll(() => hitRate(other, ids), { timeout: 5000 }).toBeGreaterThanOrEqual(0.95);
    },
  );
});

test('F01 unreachable at start: it serves within a second, and joins Redis when it appears', async ({
  onTestFinished,
}) => {
  const redis = await serverOf(onTestFinished);
  await redis.kill();
  const worker = await workerOn(onTestFinished, { url: redis.url });
  const started = performance.now();
  await times(worker, 20, (at) => `item${at}`);
  expect(performance.now() - started).toBeLessThan(1000);
  await redis.restart();
  await expect.poll(async () => (await worker.invalidate('a')).acked, { timeout: 5000 }).toBeDefined();
  await worker.item('shared');
  const other = await workerOn(onTestFinished, { url: redis.url });
  await expect.poll(() => hitRate(other, ['shared']), { timeout: 5000 }).toBe(1);
}, 20_000);

test('F28 the process that makes an answer dies: another makes it when the lease is over', async ({
  onTestFinished,
}) => {
  const redis = await serverOf(onTestFinished);
  const slow = await workerOn(onTestFinished, { url: redis.url }, { renderMs: [10_000, 10_000] });
  const other = await workerOn(onTestFinished, { url: redis.url });
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

test('a failover of Sentinel: requests go on, and the new primary is used', async ({ onTestFinished }) => {
  const servers = await startSentinel();
  onTestFinished(() => servers.stop());
  const { name, port, master } = servers;
  const worker = await workerOn(onTestFinished, { sentinel: { name, port } });
  await expect.poll(async () => (await worker.invalidate('a')).acked, { timeout: 5000 }).toBeDefined();
  await master.kill();
  const during = await times(worker, 300, (at) => `during${at}`);
  expect(p99(during)).toBeLessThan(300);
  await expect.poll(async () => (await worker.invalidate('a')).acked, { timeout: 15_000 }).toBeDefined();
  expect(await hitRate(worker, ['b', 'b', 'b', 'b', 'b'])).toBe(0.8);
}, 30_000);

describe('two processes', () => {
  let redis: RedisServer;
  let one: Worker;
  let other: Worker;
  beforeAll(async () => {
    redis = await startRedis();
    const options = { redis: { url: redis.url }, maxStaleness: '1s', renderMs: [0, 20] } as const;
    [one, other] = await Promise.all([startWorker(options), startWorker(options)]);
    await Promise.all([one.confirm(''), other.confirm('')]);
  }, 20_000);
  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await redis.stop();
  });

  const isAcknowledged = async (): Promise<boolean> => (await one.invalidate('any')).acked !== undefined;

  test('F02 killed while 100 requests are under way: all are answered, and an invalidation is not acknowledged', async () => {
    const asked = Promise.all(Array.from({ length: 100 }, (_, at) => times(one, 1, () => `item${at}`)));
    await redis.kill();
    expect(Math.max(...(await asked).flat())).toBeLessThan(1000);
    expect(await isAcknowledged()).toBe(false);
    await redis.restart();
    await expect.poll(isAcknowledged, { timeout: 5000 }).toBe(true);
  }, 10_000);

  test('F06 full: requests are answered, an invalidation is not acknowledged and takes effect here all the same', async () => {
    const { body } = await one.item('kept');
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
    await times(one, 20, (at) => `full${at}`);
    expect((await one.invalidate('kept')).acked).toBeUndefined();
    expect((await one.item('kept')).body!.began).toBeGreaterThan(body!.began);
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
    await expect.poll(isAcknowledged, { timeout: 5000 }).toBe(true);
  }, 10_000);

  test('FLUSHALL: nothing wrong is served, and the cache fills again', async () => {
    for (let round = 0; round < 3; round++) {
      await Promise.all([one.item('a'), other.item('a')]);
      const { acked } = await one.invalidate('a');
      await redis.ask('FLUSHALL');
      await sleep(1100);
      expect((await other.item('a')).body!.began).toBeGreaterThan(acked!);
    }
    await expect
      .poll(() => hitRate(other, ['b', 'b', 'b', 'b', 'b']), { timeout: 5000 })
      .toBeGreaterThanOrEqual(0.8);
  }, 15_000);

  test('F19 processes whose clocks are an hour off keep the same promises', async ({ onTestFinished }) => {
    const off = await Promise.all(
      [3_600_000, -3_600_000].map((clockOffsetMs) =>
        workerOn(onTestFinished, { url: redis.url }, { clockOffsetMs }),
      ),
    );
    for (const [from, to] of [
      [off[0]!, one],
      [one, off[0]!],
      [off[1]!, one],
      [one, off[1]!],
      [off[0]!, off[1]!],
    ] as const) {
      await Promise.all([from.item('clock'), to.item('clock')]);
      const { acked, token } = await from.invalidate('clock');
      expect(await to.confirm(token!)).toBe(true);
      expect((await to.item('clock')).body!.began).toBeGreaterThan(acked!);
    }
  }, 15_000);

  test('F46 one that stood still for longer than it may trust its memory serves nothing old when it goes on', async () => {
    const { body } = await other.item('still');
    const before = (await other.stats()).renders;
    other.pause();
    const { acked } = await one.invalidate('still');
    await sleep(1500);
    const asked = Promise.all(Array.from({ length: 20 }, () => other.item('still')));
    other.resume();
    for (const answer of await asked) expect(answer.body!.began).toBeGreaterThan(acked!);
    expect(body!.began).toBeLessThan(acked!);
    // And no herd.
    expect((await other.stats()).renders - before).toBeLessThanOrEqual(1);
  }, 10_000);

  test('F49 what was acknowledged is in force, though the process that was told died in the same moment', async () => {
    await other.item('told');
    const { acked, token } = await one.invalidate('told');
    await one.stop('SIGKILL');
    expect(await other.confirm(token!)).toBe(true);
    expect((await other.item('told')).body!.began).toBeGreaterThan(acked!);
  });
});
