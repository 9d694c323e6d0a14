import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRedis } from '../../../test/support/servers/redis.js';
import { startWorker } from '../test/support/fleet.js';
import { PEERS } from './peers.js';

/** How often a cold key was made, and how long the last one waited for it. */
export interface HerdRow {
  readonly name: string;
  readonly originCalls: number;
  readonly ms: number;
}

const PROCESSES = 8;
const REQUESTS = 100;

/** 8 processes, 100 requests each, one cold key that takes 200 ms to make. */
export async function measureHerds(): Promise<readonly HerdRow[]> {
  const rows = [await ours()];
  for (const name of Object.keys(PEERS)) rows.push(await theirs(name));
  return rows;
}

async function ours(): Promise<HerdRow> {
  const redis = await startRedis();
  const options = { redis: { url: redis.url }, maxStaleness: '5s', renderMs: [200, 200] } as const;
  const workers = await Promise.all(Array.from({ length: PROCESSES }, () => startWorker(options)));
  const ask = (id: string): Promise<unknown> =>
    Promise.all(workers.flatMap((worker) => Array.from({ length: REQUESTS }, () => worker.item(id))));
  const rendersOf = async (): Promise<number> =>
    (await Promise.all(workers.map((worker) => worker.stats()))).reduce(
      (sum, { renders }) => sum + renders,
      0,
    );
  // Code that runs for the first time takes longer than the deadline of the store.
  await Promise.all(workers.map((worker) => worker.confirm('')));
  await ask('warm');
  const before = await rendersOf();
  const started = performance.now();
  await ask('cold');
  const ms = performance.now() - started;
  const originCalls = (await rendersOf()) - before;
  await Promise.all(workers.map((worker) => worker.stop()));
  await redis.stop();
  return { name: 'shelflife', originCalls, ms };
}

async function theirs(name: string): Promise<HerdRow> {
  const redis = await startRedis();
  const program = fileURLToPath(new URL('herd-worker.ts', import.meta.url));
  const children = Array.from({ length: PROCESSES }, () =>
    fork(program, [name, redis.url, String(REQUESTS)], { execArgv: ['--import', 'tsx'] }),
  );
  const all = (): Promise<unknown> => Promise.all(children.map((child) => once(child, 'message')));
  await all();
  const started = performance.now();
  for (const child of children) child.send('go');
  await all();
  const ms = performance.now() - started;
  const originCalls = Number(/\d+(?=\r\n$)/.exec(await redis.ask('GET', 'origin'))![0]);
  await redis.stop();
  return { name, originCalls, ms };
}
