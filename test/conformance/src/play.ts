import { once } from 'node:events';
import type { Checkout, RawResult, RawResults } from './checkout.js';
import type { ClientMessage, ClientTask } from './children/client.js';
import { type Child, portOf, startChild } from './children.js';
import type { Target } from './hosts/index.js';

export interface PlayOptions {
  /** Names of tests; what they depend on is run with them. Absent: all. */
  readonly only?: readonly string[];
  /** Lets targets answer ahead of their framework. Default `false`. */
  readonly ahead?: boolean;
  /** Where everything that is sent and received is printed. Absent: nowhere. */
  readonly dump?: NodeJS.WritableStream;
}

const LIMIT_MS = 120_000;

/** What came of the tests of a target, or why they did not run to the end. */
export type Played = RawResults | Error;

/**
 * Runs the suite through targets, all at once: its tests mostly wait. A target that crashes, or takes longer than
 * two minutes, does not keep the others from ending.
 * @throws Error when a test in `only` does not exist, or the origin of the suite does not start.
 */
export async function play(
  checkout: Checkout,
  targets: readonly Target[],
  { only, dump, ahead = false }: PlayOptions = {},
): Promise<ReadonlyMap<Target, Played>> {
  const children: Child[] = [];
  const start = (name: string, ...args: readonly string[]): Child => {
    const child = startChild(name, args, dump);
    children.push(child);
    return child;
  };
  const tests = only && withDependencies(checkout, only);
  try {
    const origin = urlOf(await portOf(start('origin', checkout.folder)));
    const through = async (target: Target): Promise<RawResults> => {
      const server = start('target', target, origin, ...(ahead ? ['ahead'] : []));
      const task: ClientTask = {
        checkout: checkout.folder,
        base: urlOf(await portOf(server)),
        dump: dump !== undefined,
        ...(tests && { only: tests }),
      };
      return Promise.race([resultsOf(start('client', JSON.stringify(task))), endOf(server)]);
    };
    const played = targets.map(async (target) => {
      const result = await through(target).catch((error: unknown) => error as Error);
      return [target, result] as const;
    });
    return new Map(await Promise.all(played));
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function resultsOf(client: Child): Promise<RawResults> {
  const results: Record<string, RawResult> = {};
  client.process.on('message', ({ id, result }: ClientMessage) => (results[id] = result));
  const timer = setTimeout(() => client.process.kill('SIGKILL'), LIMIT_MS);
  const [code] = (await once(client.process, 'exit')) as [number | null];
  clearTimeout(timer);
  if (code === 0) return results;
  throw new Error(`The client ended early, after ${Object.keys(results).length} tests:\n${client.output()}`);
}

/** A target must not end: that is a crash. */
async function endOf(server: Child): Promise<never> {
  await once(server.process, 'exit');
  throw new Error(`It crashed:\n${server.output()}`);
}

/** A test counts only when those it depends on have passed. */
function withDependencies({ tests }: Checkout, ids: readonly string[]): readonly string[] {
  const all = new Set<string>();
  const add = (id: string): void => {
    const test = tests.find((each) => each.id === id);
    if (test === undefined) throw new Error(`The suite has no test ${id}.`);
    if (all.has(id)) return;
    all.add(id);
    for (const each of test.depends_on ?? []) add(each);
  };
  for (const id of ids) add(id);
  return [...all];
}
