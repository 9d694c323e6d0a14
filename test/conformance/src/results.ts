import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Kind } from './checkout.js';
import type { Adapter } from './hosts/index.js';
import { count, type Counts, isGood, type Judged } from './score.js';

/** What is kept of a run in `results/`. */
export interface SavedResults {
  readonly adapter: Adapter;
  readonly suite: string;
  /** The commit of the suite. */
  readonly commit: string;
  readonly node: string;
  readonly date: string;
  readonly counts: Counts;
  /** What the suite says of tests that did not come out as they should. */
  readonly messages: Readonly<Record<string, string>>;
  /** Verdicts by test. */
  readonly tests: Readonly<Record<Kind, Readonly<Record<string, string>>>>;
}

function fileOf(adapter: Adapter): string {
  return fileURLToPath(new URL(`../results/${adapter}.json`, import.meta.url));
}

export function readResults(adapter: Adapter): SavedResults | undefined {
  const file = fileOf(adapter);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SavedResults) : undefined;
}

export function writeResults(adapter: Adapter, commit: string, tests: readonly Judged[]): void {
  const saved: SavedResults = {
    adapter,
    suite: 'https://github.com/http-tests/cache-tests',
    commit,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
    counts: count(tests),
    messages: Object.fromEntries(
      tests.filter((test) => isGood(test) === false).map(({ id, message = 'yes' }) => [id, message]),
    ),
    tests: {
      required: verdictsOf('required', tests),
      optimal: verdictsOf('optimal', tests),
      check: verdictsOf('check', tests),
    },
  };
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true });
  writeFileSync(fileOf(adapter), `${JSON.stringify(saved, null, 2)}\n`);
}

function verdictsOf(kind: Kind, tests: readonly Judged[]): Readonly<Record<string, string>> {
  const rows = tests.filter((test) => test.kind === kind).map(({ id, verdict }) => [id, verdict]);
  return Object.fromEntries(rows) as Readonly<Record<string, string>>;
}

/** The tests of saved results, as they were judged. */
export function judgedOf({ tests, messages }: SavedResults): readonly Judged[] {
  return (['required', 'optimal', 'check'] as const).flatMap((kind) =>
    Object.entries(tests[kind]).map(([id, verdict]) => {
      const message = messages[id];
      return { id, kind, verdict, ...(message !== undefined && { message }) };
    }),
  );
}
