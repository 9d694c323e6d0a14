import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A test of the suite, as far as it concerns whoever runs it. */
export interface SuiteTest {
  readonly id: string;
  readonly name: string;
  /** Default `required`. */
  readonly kind?: Kind;
  readonly browser_only?: boolean;
  readonly depends_on?: readonly string[];
  readonly requests: readonly {
    readonly pause_after?: boolean;
    readonly response_pause?: number;
    readonly expected_response_headers_missing?: readonly (string | readonly string[])[];
  }[];
  dump?: boolean;
}

/**
 * `required`: the specifications demand it; `optimal`: reuse that they allow; `check`: a question about behaviour
 * that they leave open.
 */
export type Kind = 'required' | 'optimal' | 'check';

/** `true`, or the kind of failure and its message. */
export type RawResult = true | readonly [kind: string, message: string];

export type RawResults = Readonly<Record<string, RawResult>>;

/** A checkout of https://github.com/http-tests/cache-tests on this machine. */
export interface Checkout {
  readonly folder: string;
  readonly commit: string;
  /** All tests but those that only browsers can run. */
  readonly tests: readonly SuiteTest[];
  /** The word of the suite for a result, such as `pass` or `dependency_fail`, by its own rules. */
  readonly verdictOf: (id: string, results: RawResults) => string;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Where a checkout is looked for when nobody names one: `CACHE_TESTS`, else `.cache/cache-tests` of the repository. */
export function checkoutFolder(): string {
  return resolve(ROOT, process.env['CACHE_TESTS'] ?? '.cache/cache-tests');
}

export function suiteFile(folder: string, path: string): string {
  return pathToFileURL(join(folder, path)).href;
}

/** What is wrong with a checkout, and how to put it right; `undefined` when it can be used. */
export function problemOf(folder: string): string | undefined {
  if (!existsSync(join(folder, 'test-engine/client/test.mjs'))) {
    return `${folder} is no checkout of the suite. Get one: git clone https://github.com/http-tests/cache-tests ${folder}`;
  }
  if (existsSync(join(folder, 'node_modules/undici'))) return undefined;
  return `The suite in ${folder} is not installed. Run: npm install --omit=dev --prefix ${folder}`;
}

/** @throws Error that tells how to put a checkout right that cannot be used. */
export async function openCheckout(folder: string): Promise<Checkout> {
  const problem = problemOf(folder);
  if (problem !== undefined) throw new Error(problem);
  const { default: suites } = (await import(/* @vite-ignore */ suiteFile(folder, 'tests/index.mjs'))) as {
    readonly default: readonly { readonly tests: readonly SuiteTest[] }[];
  };
  const rules = (await import(/* @vite-ignore */ suiteFile(folder, 'test-engine/lib/results.mjs'))) as Rules;
  const words = new Map(Object.entries(rules.resultTypes).map(([word, sign]) => [sign, word]));
  return {
    folder,
    commit: commitOf(folder),
    tests: suites.flatMap(({ tests }) => tests).filter(({ browser_only: no }) => no !== true),
    verdictOf: (id, results) => words.get(rules.determineTestResult(suites, id, results)) ?? 'untested',
  };
}

interface Rules {
  readonly resultTypes: Readonly<Record<string, unknown>>;
  readonly determineTestResult: (suites: unknown, id: string, results: RawResults) => unknown;
}

function commitOf(folder: string): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return 'unknown';
  }
}
