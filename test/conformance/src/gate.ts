import { PASSED_BY_ALL } from './lists/passed-by-all.js';
import { judgedOf, type SavedResults } from './results.js';
import { count, isGood, type Judged } from './score.js';

/** The fewest tests that must pass; the best of the ten caches measured passes 134 and 72. */
const LEAST = { required: 140, optimal: 75 } as const;

/**
 * Tests that came out well in `saved` and do not now. `saved` may be of another commit of the suite: tests that it
 * does not know have nothing to be worse than.
 */
export function worseThan(saved: SavedResults | undefined, tests: readonly Judged[]): readonly Judged[] {
  const before = new Set(
    saved && judgedOf(saved).flatMap((test) => (isGood(test) === true ? [test.id] : [])),
  );
  return tests.filter((test) => before.has(test.id) && isGood(test) === false);
}

/** Why a run is no success, a line each: too few tests pass, or one fails that must not. */
export function problemsOf(tests: readonly Judged[], saved: SavedResults | undefined): readonly string[] {
  const counts = count(tests);
  const few = (['required', 'optimal'] as const)
    .filter((kind) => counts[kind].good < LEAST[kind])
    .map((kind) => `${counts[kind].good} ${kind} tests pass, at least ${LEAST[kind]} must`);
  const basic = Object.entries(PASSED_BY_ALL).flatMap(([id, harm]) => {
    const test = tests.find((each) => each.id === id);
    return test && isGood(test) === true
      ? []
      : [`${id}, which every cache passes: ${tell(test)}. So ${harm}`];
  });
  const worse = worseThan(saved, tests)
    .filter(({ id }) => !Object.hasOwn(PASSED_BY_ALL, id))
    .map((test) => `${test.id} is worse than in the results of ${saved!.date}: ${tell(test)}`);
  return [...few, ...basic, ...worse];
}

function tell(test: Judged | undefined): string {
  if (test === undefined) return 'it did not run';
  return test.message === undefined ? test.verdict : `${test.verdict} (${test.message})`;
}
