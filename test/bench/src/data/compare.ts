import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, quantile, shuffled } from '../harness/numbers.js';
import { type Case, CASES, keysOf, loadsOf } from './cases.js';
import type { Order, Slice } from './host.js';
import type { Protection } from './protection.js';
import { DATA_VARIANTS } from './variants.js';

/** One cache in one case: nanoseconds of processor time for a key. */
export interface DataRow {
  readonly name: string;
  readonly protection: Protection;
  readonly ns: number;
  readonly spread: readonly [number, number];
  /** What each round took, in order: rounds of one case can be compared with one another. */
  readonly rounds: readonly number[];
}

interface Host {
  readonly name: string;
  readonly protection: Protection;
  slice(order: Order): Promise<Slice>;
  stop(): void;
}

const HOST = fileURLToPath(new URL('host.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

async function start(name: string, node: string): Promise<Host> {
  const child = spawn('taskset', ['-c', '0', node, '--import', TSX, HOST, name], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name}: the process has ended`);
  });
  ended.catch(() => {});
  const answer = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), ended]))[0];
  const { protection } = (await answer()) as { protection: Protection };
  return {
    name,
    protection,
    async slice(order) {
      child.send(order);
      return (await answer()) as Slice;
    },
    stop: () => child.kill(),
  };
}

/** A cache waited for its processor longer than this share of a slice: something else ran, the slice is repeated. */
const MAX_WAITED = 0.06;
const RETRIES = 3;
const SLICE_NS = 1e8;
const WARM_UPS = 4;

/**
 * Compares all caches, each in a process that lives all the time, on one processor: in each round every one has a
 * slice of a tenth of a second of each case, in random order.
 */
export async function compareData(
  node: string,
  rounds: number,
  cases: readonly Case[],
): Promise<DataRow[][]> {
  const hosts: Host[] = [];
  try {
    for (const name of Object.keys(DATA_VARIANTS)) hosts.push(await start(name, node));
    const tables: DataRow[][] = [];
    for (const given of cases) tables.push(await compareCase(hosts, CASES.indexOf(given), rounds));
    return tables;
  } finally {
    for (const host of hosts) host.stop();
  }
}

async function compareCase(hosts: readonly Host[], at: number, rounds: number): Promise<DataRow[]> {
  const { what } = CASES[at]!;
  const times = new Map<Host, number>();
  for (const host of hosts) times.set(host, await warmUp(host, at));
  const taken = new Map<Host, number[]>(hosts.map((host) => [host, []]));
  for (let round = 0; round < rounds; round++)
    for (const host of shuffled(hosts)) {
      const order = { at, times: times.get(host)! };
      const { used, loads } = await quietSlice(host, order);
      // Else the hits were none.
      if (loads !== loadsOf(what) * order.times) throw new Error(`${host.name}: ${loads} loads in '${what}'`);
      taken.get(host)!.push(Math.round(used / order.times / keysOf(what)));
    }
  return hosts.map((host) => rowOf(host, taken.get(host)!));
}

function rowOf({ name, protection }: Host, rounds: readonly number[]): DataRow {
  const spread = [quantile(rounds, 0.25), quantile(rounds, 0.75)] as const;
  return { name, protection, ns: median(rounds), spread, rounds };
}

/** How often an operation fits into a slice, when it has been compiled. */
async function warmUp(host: Host, at: number): Promise<number> {
  let times = 500;
  for (let turn = 0; turn < WARM_UPS; turn++) {
    const { used } = await host.slice({ at, times });
    times = Math.max(50, Math.round((times * SLICE_NS) / used));
  }
  return times;
}

async function quietSlice(host: Host, order: Order): Promise<Slice> {
  for (let attempt = 1; ; attempt++) {
    const slice = await host.slice(order);
    if (attempt === RETRIES || slice.waited <= MAX_WAITED * slice.used) return slice;
  }
}
