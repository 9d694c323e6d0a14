import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEPLOYMENTS, type Deployment } from './servers.js';
import { startWorker, type Worker } from './support/fleet.js';
import { acknowledged, knows } from './support/settling.js';

/** What was answered is written behind the answer. */
const written = (): Promise<void> => sleep(250);

describe.each(DEPLOYMENTS)('two processes on Redis %s', (_, start) => {
  let redis: Deployment;
  let one: Worker;
  let other: Worker;
  beforeAll(async () => {
    redis = await start();
    const options = { redis: redis.address, maxStaleness: '5s', renderMs: [50, 50] } as const;
    [one, other] = await Promise.all([startWorker(options), startWorker(options)]);
    // The first process that finds no log starts one, and what was stored before that is invalid.
    await Promise.all([one.confirm(''), other.confirm('')]);
    await written();
  }, 40_000);
  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await redis.stop();
  });

  test('what one has filled is a hit in the other', async () => {
    const filled = await one.item('shared');
    expect(filled.cacheStatus).toBe('shelflife; fwd=miss; stored');
    await written();
    const hit = await other.item('shared');
    expect(hit.cacheStatus).toMatch(/^shelflife; hit; ttl=/);
    expect(hit.body).toEqual(filled.body);
  });

  test('a large one too', async () => {
    const filled = await one.item('large');
    await written();
    const { cacheStatus, body } = await other.item('large');
    expect([cacheStatus, body!.began]).toEqual([expect.stringMatching('hit'), filled.body!.began]);
    expect(body!.padding).toHaveLength(400_000);
  });

  test('what one has invalidated is never old in the other', async () => {
    for (let round = 0; round < 10; round++) {
      const [from, to] = round % 2 === 0 ? [one, other] : [other, one];
      await Promise.all([one.item('changing'), other.item('changing')]);
      const { acked, token } = await acknowledged(from, 'changing');
      expect((await from.item('changing')).body!.began).toBeGreaterThan(acked);
      await knows(to, token);
      expect((await to.item('changing')).body!.began).toBeGreaterThan(acked);
    }
  });

  test('C01 an answer that was being made meanwhile is not kept', async () => {
    const before = (await one.stats()).renders;
    const making = one.item('late');
    await expect.poll(async () => (await one.stats()).renders, { interval: 2 }).toBe(before + 1);
    const { acked, token } = await acknowledged(other, 'late');
    expect((await making).body!.began).toBeLessThan(acked);
    await knows(one, token);
    for (const worker of [one, other]) expect((await worker.item('late')).body!.began).toBeGreaterThan(acked);
  });

  test('the other hears of it without being asked', async () => {
    await Promise.all([one.item('heard'), other.item('heard')]);
    const { acked } = await acknowledged(one, 'heard');
    await expect
      .poll(async () => (await other.item('heard')).body!.began, { interval: 2, timeout: 4000 })
      .toBeGreaterThan(acked);
  });

  test('many at once in both: one renders', async () => {
    const before = (await one.stats()).renders + (await other.stats()).renders;
    await Promise.all(Array.from({ length: 100 }, (__, at) => (at % 2 === 0 ? one : other).item('cold')));
    expect((await one.stats()).renders + (await other.stats()).renders - before).toBe(1);
  });
});
