import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { addedP99, hitRate, p99, serverOf, time, times, workerOn } from './support/asking.js';
import { startWorker, type Worker } from './support/fleet.js';
import { acknowledged, knows } from './support/settling.js';

// Five requests cannot be timed twice while the server hangs.
const TIMED = { retry: 2, timeout: 60_000 };

test(
  'F03 hung: five requests pay the deadline, the next ones nothing, and it is used again as soon as it answers',
  TIMED,
  async ({ onTestFinished }) => {
    const [redis, sound] = [await serverOf(onTestFinished), await serverOf(onTestFinished)];
    const [worker, usual] = await Promise.all(
      [redis, sound].map(({ url }) => workerOn(onTestFinished, { url }, { maxStaleness: '2s' })),
    );
    await times(worker!, 100, (at) => `before${at}`);
    const base = p99(await times(usual!, 100, (at) => `before${at}`));
    redis.pause();
    const paused = performance.now();
    const first = await times(worker!, 5, (at) => `first${at}`);
    const then = await addedP99(worker!, usual!, 300, 'then');
    // From then on this process has not heard of the log for longer than maxStaleness.
    await sleep(Math.max(0, 3000 - (performance.now() - paused)));
    const later = await addedP99(worker!, usual!, 300, 'later');
    redis.resume();
    expect(p99(first) - base).toBeLessThanOrEqual(300);
    expect(then).toBeLessThanOrEqual(10);
    expect(later).toBeLessThanOrEqual(10);

    const ids = Array.from({ length: 40 }, (_, at) => `after${at}`);
    await expect
      .poll(() => hitRate(worker!, ids), { timeout: 10_000, interval: 300 })
      .toBeGreaterThanOrEqual(0.95);
    // And through Redis: another process finds them there.
    const other = await workerOn(onTestFinished, { url: redis.url });
    await expect.poll(() => hitRate(other, ids), { timeout: 5000 }).toBeGreaterThanOrEqual(0.95);
  },
);

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
    const burst = (name: string): Promise<number[]> =>
      Promise.all(Array.from({ length: 100 }, (_, at) => time(one, `${name}${at}`)));
    const usual = Math.max(...(await burst('before')));
    const asked = burst('item');
    await redis.kill();
    try {
      expect(Math.max(...(await asked))).toBeLessThan(1000 + usual);
      expect(await isAcknowledged()).toBe(false);
    } finally {
      await redis.restart();
    }
    await expect.poll(isAcknowledged, { timeout: 10_000 }).toBe(true);
  }, 30_000);

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
    for (let round = 0; round < 2; round++) {
      await Promise.all([one.item('a'), other.item('a')]);
      const { acked } = await acknowledged(one, 'a');
      await redis.ask('FLUSHALL');
      await sleep(1100);
      expect((await other.item('a')).body!.began).toBeGreaterThan(acked);
    }
    await expect
      .poll(() => hitRate(other, ['b', 'b', 'b', 'b', 'b']), { timeout: 5000 })
      .toBeGreaterThanOrEqual(0.8);
  }, 30_000);

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
      const { acked, token } = await acknowledged(from, 'clock');
      await knows(to, token);
      expect((await to.item('clock')).body!.began).toBeGreaterThan(acked);
    }
  }, 30_000);

  test('F46 one that stood still for longer than it may trust its memory serves nothing old when it goes on', async () => {
    const { body } = await other.item('still');
    const before = (await other.stats()).renders;
    other.pause();
    const { acked } = await acknowledged(one, 'still');
    await sleep(1500);
    const asked = Promise.all(Array.from({ length: 20 }, () => other.item('still')));
    other.resume();
    for (const answer of await asked) expect(answer.body!.began).toBeGreaterThan(acked);
    expect(body!.began).toBeLessThan(acked);
    // And no herd: one, or some more when Redis is not asked in time.
    expect((await other.stats()).renders - before).toBeLessThanOrEqual(5);
  }, 30_000);

  test('F49 what was acknowledged is in force, though the process that was told died in the same moment', async () => {
    await other.item('told');
    const { acked, token } = await acknowledged(one, 'told');
    await one.stop('SIGKILL');
    await knows(other, token);
    expect((await other.item('told')).body!.began).toBeGreaterThan(acked);
  }, 30_000);
});
