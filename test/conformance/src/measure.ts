import type { Checkout } from './checkout.js';
import { ADAPTERS, type Target } from './hosts/index.js';
import { NOT_APPLICABLE } from './lists/not-applicable.js';
import { REASONS } from './lists/reasons.js';
import { play, type Played, type PlayOptions } from './play.js';
import { readResults, type SavedResults } from './results.js';
import { isGood, judge, type Judged } from './score.js';

/** What a run of the suite through a target came to. */
export interface Measured {
  readonly target: Target;
  /** Why it did not run to its end. */
  readonly error?: Error;
  readonly tests: readonly Judged[];
  /** Tests that came out badly at first, and well when they were run again. */
  readonly secondTry: readonly string[];
}

/** More than these are no accident, and are not tried again. */
const MOST_SECOND_TRIES = 40;

/**
 * Runs the suite through targets. Its tests depend on seconds that a busy machine does not keep, so those that come out
 * badly without a known reason are run once more, alone.
 */
export async function measure(
  checkout: Checkout,
  targets: readonly Target[],
  options: PlayOptions = {},
): Promise<readonly Measured[]> {
  const played = await play(checkout, targets, options);
  const all = [...played].map(async ([target, raw]) => {
    const measured = measuredOf(checkout, target, raw, options.only);
    const bad = target === 'none' ? [] : unexpectedIn(measured);
    const isAccident = bad.length > 0 && bad.length <= MOST_SECOND_TRIES && options.only === undefined;
    return isAccident ? again(checkout, measured, raw, bad, options) : measured;
  });
  return Promise.all(all);
}

/** The saved results of a target: the proxy without a cache has none. */
export function savedOf(target: Target): SavedResults | undefined {
  const adapter = ADAPTERS.find((each) => each === target);
  return adapter && readResults(adapter);
}

function measuredOf(checkout: Checkout, target: Target, raw: Played, only?: readonly string[]): Measured {
  if (raw instanceof Error) return { target, error: raw, tests: [], secondTry: [] };
  return { target, tests: judge(checkout, raw, only), secondTry: [] };
}

/** Verdicts that say nothing of the cache: the suite was not answered in time, or could not begin. */
const UNJUDGED: ReadonlySet<string> = new Set(['harness_fail', 'setup_fail']);

function unexpectedIn({ tests }: Pick<Measured, 'tests'>): readonly string[] {
  const bad = tests.filter((test) => isGood(test) === false || UNJUDGED.has(test.verdict));
  return bad
    .map(({ id }) => id)
    .filter((id) => !Object.hasOwn(REASONS, id) && !Object.hasOwn(NOT_APPLICABLE, id));
}

async function again(
  checkout: Checkout,
  measured: Measured,
  first: Played,
  ids: readonly string[],
  options: PlayOptions,
): Promise<Measured> {
  const second = (await play(checkout, [measured.target], { ...options, only: ids })).get(measured.target)!;
  if (first instanceof Error || second instanceof Error) return measured;
  const tests = judge(checkout, { ...first, ...second });
  const stillBad = new Set(unexpectedIn({ tests }));
  return { ...measured, tests, secondTry: ids.filter((id) => !stillBad.has(id)) };
}
