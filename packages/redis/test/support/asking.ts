import { expect } from 'vitest';
import { type RedisServer, startRedis } from '../../../../test/support/servers/redis.js';
import { startWorker, type Worker } from './fleet.js';
import type { WorkerOptions } from './messages.js';

/** Ends what a test started when the test is over. */
export type Finished = (end: () => Promise<void>) => void;

/** A server for one test. */
export async function serverOf(finished: Finished): Promise<RedisServer> {
  const redis = await startRedis();
  finished(() => redis.stop());
  return redis;
}

/** A process for one test; by default its handler takes no time. */
export async function workerOn(
  finished: Finished,
  redis: WorkerOptions['redis'],
  more: Partial<WorkerOptions> = {},
): Promise<Worker> {
  const worker = await startWorker({ redis, maxStaleness: '5s', renderMs: [0, 0], ...more });
  finished(() => worker.stop());
  return worker;
}

/** Milliseconds that a request took; its answer must be one of the handler or of the cache. */
export async function time(worker: Worker, id: string): Promise<number> {
  const started = performance.now();
  const { status, body } = await worker.item(id);
  expect([status, body!.id]).toEqual([200, id]);
  return performance.now() - started;
}

/** {@link time} of so many, one after the other. */
export async function times(
  worker: Worker,
  count: number,
  idOf: (at: number) => string,
): Promise<readonly number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at++) all.push(await time(worker, idOf(at)));
  return all;
}

/** The p99 of what requests to a worker take beyond those to a usual one in between. Of three goes the best: the machine may be busy. */
export async function addedP99(worker: Worker, usual: Worker, count: number, name: string): Promise<number> {
  let best = Infinity;
  for (let go = 0; go < 3 && best > 10; go++) {
    const [mine, others]: [number[], number[]] = [[], []];
    for (let at = 0; at < count; at++) {
      mine.push(await time(worker, `${name}${go}-${at}`));
      others.push(await time(usual, `${name}${go}-${at}`));
    }
    best = Math.min(best, p99(mine) - p99(others));
  }
  return best;
}

/** What one of a hundred exceeds. */
export function p99(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1]!;
}

/** The share of these items that are hits: 0 to 1. */
export async function hitRate(worker: Worker, ids: readonly string[]): Promise<number> {
  let hits = 0;
  for (const id of ids) if (/; hit/.test((await worker.item(id)).cacheStatus)) hits++;
  return hits / ids.length;
}
