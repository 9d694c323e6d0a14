import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../test/support/servers/redis.js';
import { type DataWorker, startDataWorker } from './fleet.js';

let redis: RedisServer;
let workers: readonly [DataWorker, DataWorker, DataWorker];

const start = (): Promise<DataWorker> => startDataWorker({ url: redis.url, maxStaleness: '5s' });

beforeAll(async () => {
  redis = await startRedis();
  workers = await Promise.all([start(), start(), start()]);
}, 120_000);
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await redis.stop();
});

// Other tests run on this machine at the same time.
const TIMED = { retry: 2, timeout: 60_000 };

async function loads(): Promise<number> {
  const all = await Promise.all(workers.map((worker) => worker.loads()));
  return all.reduce((sum, one) => sum + one, 0);
}

test(
  'three processes that miss the same keys load each once, also when a load takes longer than a lease',
  TIMED,
  async () => {
    const before = await loads();
    const keys = Array.from({ length: 20 }, (_, at) => `${at} ${randomUUID()}`);
    const got = await Promise.all(workers.map((worker) => worker.wrap(keys, 100, 2500)));
    // The value is the process that has loaded it: all got the same one.
    expect(got[1]).toEqual(got[0]);
    expect(got[2]).toEqual(got[0]);
    expect((await loads()) - before).toBe(20);
  },
);

test('F28 the death of the one that loads costs the others one lease', TIMED, async () => {
  const key = randomUUID();
  const before = await loads();
  const doomed = await start();
  onTestFinished(() => doomed.stop());
  const dying = doomed.wrap([key], 1, 0, true).catch((error: Error) => error);
  expect(await dying).toBeInstanceOf(Error);
  const started = performance.now();
  const got = await Promise.all(workers.map((worker) => worker.wrap([key], 5, 10)));
  expect(new Set(got.flat()).size).toBe(1);
  // Two seconds, of which some are over; the rest is for a machine that has other work to do.
  expect(performance.now() - started).toBeLessThan(4000);
  expect((await loads()) - before).toBe(1);
});

test('a dependency that only the process knows which has loaded a value holds for all', async () => {
  const [one, two, three] = workers;
  await one.keep('product', ['product:1'], 'category:4');
  await expect.poll(() => two.has('product')).toBe(true);
  const token = await two.invalidate('category:4');
  await Promise.all(workers.map((worker) => worker.confirm(token)));
  expect(await Promise.all(workers.map((worker) => worker.has('product')))).toEqual([false, false, false]);
  // What a process that does not know of it has stored is reached by those that do.
  await three.keep('other', ['product:1']);
  await expect.poll(() => two.has('other')).toBe(true);
  await three.confirm(await one.invalidate('category:4'));
  expect(await three.has('other')).toBe(false);
});
