import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker, type Worker } from '../support/fleet.js';
import type { WorkerOptions } from '../support/messages.js';
import { createHistory, type Violation } from './history.js';
import { startLoad } from './load.js';
import type { Fault, Site } from './sites.js';

/** What to run. */
export interface Scenario {
  readonly site: (workers: number) => Promise<Site>;
  readonly seconds: number;
  readonly maxStaleness: '0' | '1s';
  /** What the workers are told in place of it: a cache that does not keep its promise, to see that this is noticed. */
  readonly broken?: WorkerOptions['maxStaleness'];
  /** Which faults, by name; default all, in random order. */
  readonly only?: readonly string[];
}

/** What came of it. */
export interface Report {
  readonly answers: number;
  /** Share of the answers that came from the cache. */
  readonly hits: number;
  readonly invalidations: number;
  readonly acknowledged: number;
  /** How often each fault was inflicted. */
  readonly faults: ReadonlyMap<string, number>;
  readonly unanswered: number;
  readonly slowestMs: number;
  readonly wrong: readonly string[];
  readonly violations: readonly Violation[];
}

const WORKERS = 4;

/** Runs requests, invalidations and faults for a while, and checks everything that was answered. */
export async function runScenario(scenario: Scenario): Promise<Report> {
  const site = await scenario.site(WORKERS);
  const workers: Worker[] = [];
  const start = async (at: number): Promise<Worker> =>
    (workers[at] = await startWorker(optionsOf(scenario, site, at)));
  try {
    await Promise.all(Array.from({ length: WORKERS }, (_, at) => start(at)));
    return await observe(scenario, workers, [...site.faults, ...workerFaults(workers, start)]);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await site.stop();
  }
}

function optionsOf({ maxStaleness, broken = maxStaleness }: Scenario, site: Site, at: number): WorkerOptions {
  return { redis: site.address(at), durability: site.durability, maxStaleness: broken, renderMs: [2, 40] };
}

async function observe(
  scenario: Scenario,
  workers: readonly Worker[],
  faults: readonly Fault[],
): Promise<Report> {
  const history = createHistory();
  let hits = 0;
  const load = startLoad(() => workers, {
    ...history,
    answered(answered) {
      if (/; hit/.test(answered.cacheStatus)) hits++;
      history.answered(answered);
    },
  });
  const inflicted = await inflict(choose(faults, scenario.only), performance.now() + scenario.seconds * 1000);
  await sleep(1000);
  await load.stop();
  return {
    answers: history.answers,
    hits: hits / history.answers,
    invalidations: history.invalidations,
    acknowledged: history.acknowledged,
    faults: inflicted,
    unanswered: load.unanswered,
    slowestMs: load.slowest(),
    wrong: load.wrong,
    violations: history.violations(scenario.maxStaleness === '0' ? 0 : 1000),
  };
}

function workerFaults(workers: readonly Worker[], start: (at: number) => Promise<Worker>): readonly Fault[] {
  const any = (): number => Math.floor(Math.random() * workers.length);
  return [
    [
      'process hung',
      async () => {
        const worker = workers[any()]!;
        worker.pause();
        await sleep(2500);
        worker.resume();
      },
    ],
    [
      'process killed, another started',
      async () => {
        const at = any();
        await workers[at]!.stop('SIGKILL');
        await start(at);
      },
    ],
  ];
}

function choose(faults: readonly Fault[], only: readonly string[] | undefined): readonly Fault[] {
  return only === undefined ? faults : faults.filter(([name]) => only.includes(name));
}

/** Each fault in turn, in an order that changes, with a moment in between; now and then two at once. */
async function inflict(faults: readonly Fault[], until: number): Promise<ReadonlyMap<string, number>> {
  const inflicted = new Map<string, number>();
  let queue: Fault[] = [];
  const next = (): Fault => {
    if (queue.length === 0) queue = faults.toSorted(() => Math.random() - 0.5);
    return queue.pop()!;
  };
  while (performance.now() < until) {
    await sleep(200 + Math.random() * 800);
    const together = Math.random() < 0.15 ? [next(), next()] : [next()];
    for (const [name] of together) inflicted.set(name, (inflicted.get(name) ?? 0) + 1);
    await Promise.allSettled(together.map(([, run]) => run()));
  }
  return inflicted;
}
