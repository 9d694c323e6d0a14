import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../test/support/servers/redis.js';
import { createHistory } from '../chaos/history.js';
import { type DataWorker, startDataWorker } from './fleet.js';

let redis: RedisServer;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

/** `SHELFLIFE_SEED=…` plays the steps of a run again, `SHELFLIFE_RACE_MS=600000` for longer. */
const SEED = Number(process.env['SHELFLIFE_SEED'] ?? Math.floor(Math.random() * 1e9));
const RACE_MS = Number(process.env['SHELFLIFE_RACE_MS'] ?? 4000);

describe('two processes that look up, set, delete and invalidate the same keys', () => {
  test.each([
    { maxStaleness: '0s', allowedMs: 0 },
    { maxStaleness: '1s', allowedMs: 1000 },
  ] as const)(
    `none gives what was invalidated more than $maxStaleness before it was asked (SHELFLIFE_SEED=${SEED})`,
    { timeout: 3 * RACE_MS + 120_000 },
    async ({ maxStaleness, allowedMs }) => {
      const workers = await Promise.all([0, 1].map(() => startDataWorker({ url: redis.url, maxStaleness })));
      try {
        const all = await play(workers);
        expect(all.errors).toEqual([]);
        expect(all.violations(allowedMs)).toEqual([]);
        // Much less than an idle machine does.
        expect(all.answers).toBeGreaterThan(100);
        expect(all.acknowledged).toBeGreaterThan(10);
      } finally {
        await Promise.all(workers.map((worker) => worker.stop()));
      }
    },
  );
});

async function play(workers: readonly DataWorker[]) {
  const history = createHistory();
  const runs = await Promise.all(workers.map((worker, at) => worker.race(SEED + at, RACE_MS)));
  const sets = Object.assign({}, ...runs.map((run) => run.sets)) as Record<string, number>;
  for (const run of runs) {
    run.invalidations.forEach((invalidation) => history.invalidated(invalidation));
    for (const { set, ...answered } of run.answers)
      // A value that was set may be as new as the moment when that was acknowledged.
      history.answered(set === undefined ? answered : { ...answered, began: sets[set] ?? Infinity });
  }
  const { answers, acknowledged } = history;
  const steps = runs.map((run) => run.steps);
  return {
    answers,
    acknowledged,
    steps,
    errors: runs.flatMap(({ errors }) => errors),
    // A few are enough to see what is wrong.
    violations: (allowedMs: number) => history.violations(allowedMs).slice(0, 3),
  };
}
