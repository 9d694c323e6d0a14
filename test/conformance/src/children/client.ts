import { setTimeout as sleep } from 'node:timers/promises';
import { type RawResult, type SuiteTest, suiteFile } from '../checkout.js';
import { beStrict } from '../strict.js';

/** What the client program is told by its first argument. */
export interface ClientTask {
  readonly checkout: string;
  /** Where the cache listens: `http://127.0.0.1:3000`. */
  readonly base: string;
  /** Names of the tests to run. Absent: all. */
  readonly only?: readonly string[];
  /** Prints what is sent and received. */
  readonly dump: boolean;
}

/** What it sends for each test that has ended. */
export interface ClientMessage {
  readonly id: string;
  readonly result: RawResult;
}

const CONCURRENCY = 80;
/** Most tests pause for 3 s. Begun at once they would all go on at once, and keep each other waiting. */
const STAGGER_MS = 3000 / CONCURRENCY;
const TEST_TIMEOUT_MS = 45_000;

interface Engine {
  readonly makeTest: (test: SuiteTest) => Promise<void>;
  readonly testResults: Record<string, RawResult | undefined>;
}

const task = JSON.parse(process.argv[2]!) as ClientTask;
const load = <T>(path: string): Promise<T> => import(suiteFile(task.checkout, path)) as Promise<T>;
const { default: suites } = await load<{
  readonly default: readonly { readonly tests: readonly SuiteTest[] }[];
}>('tests/index.mjs');
const engine = await load<Engine>('test-engine/client/test.mjs');
const config = await load<{
  readonly setBaseUrl: (base: string) => void;
  readonly setUseBrowserCache: (use: boolean) => void;
}>('test-engine/client/config.mjs');

config.setBaseUrl(task.base);
config.setUseBrowserCache(false);
const all = suites.flatMap(({ tests }) => tests);
beStrict(all);

// The longest first, so that none is left alone at the end.
const queue = all
  .filter(({ id, browser_only: no }) => no !== true && (task.only?.includes(id) ?? true))
  .toSorted((a, b) => secondsOf(b) - secondsOf(a));
await Promise.all(Array.from({ length: CONCURRENCY }, (_, at) => sleep(at * STAGGER_MS).then(work)));
process.disconnect();
process.exit();

async function work(): Promise<void> {
  for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
    if (task.dump) test.dump = true;
    const ended = await Promise.race([
      engine.makeTest(test).then(() => 'it left no result', String),
      sleep(TEST_TIMEOUT_MS, `no result after ${TEST_TIMEOUT_MS} ms`, { ref: false }),
    ]);
    const result = engine.testResults[test.id] ?? (['Harness', ended] as const);
    process.send!({ id: test.id, result } satisfies ClientMessage);
  }
}

/** The suite waits 3 s after a request that says `pause_after`. */
function secondsOf({ requests }: SuiteTest): number {
  return requests.reduce(
    (sum, { pause_after: pauses, response_pause: waits = 0 }) => sum + (pauses === true ? 3 : 0) + waits,
    0,
  );
}
