import { describe, expect, test } from 'vitest';
import type { Kind } from './checkout.js';
import { problemsOf, worseThan } from './gate.js';
import { NOT_APPLICABLE } from './lists/not-applicable.js';
import { PASSED_BY_ALL } from './lists/passed-by-all.js';
import { POLICY } from './lists/policy.js';
import type { SavedResults } from './results.js';
import { count, countsLine, isGood, type Judged } from './score.js';

const one = (kind: Kind, id: string, verdict: string): Judged => ({ kind, id, verdict });

/** As many tests as pass, among them those that every cache passes. */
function passing(required: number, optimal: number): readonly Judged[] {
  const basic = Object.keys(PASSED_BY_ALL);
  const ids = [...basic, ...Array.from({ length: required - basic.length }, (_, at) => `required-${at}`)];
  return [
    ...ids.map((id) => one('required', id, 'pass')),
    ...Array.from({ length: optimal }, (_, at) => one('optimal', `optimal-${at}`, 'pass')),
  ];
}

function saved(...tests: readonly Judged[]): SavedResults {
  const of = (kind: Kind): Record<string, string> =>
    Object.fromEntries(tests.filter((each) => each.kind === kind).map(({ id, verdict }) => [id, verdict]));
  return {
    adapter: 'express',
    suite: 's',
    commit: 'c',
    node: '20',
    date: '2026-11-01',
    counts: count(tests),
    messages: {},
    tests: { required: of('required'), optimal: of('optimal'), check: of('check') },
  };
}

const wantedYes = Object.entries(POLICY).find(([, [answer]]) => answer === 'yes')![0];
const wantedNo = Object.entries(POLICY).find(([, [answer]]) => answer === 'no')![0];

describe('a test came out as it should', () => {
  const rows: readonly (readonly [Kind, string, string, boolean | undefined])[] = [
    ['required', 'a', 'pass', true],
    ['required', 'a', 'fail', false],
    ['required', 'a', 'dependency_fail', false],
    ['required', 'a', 'untested', false],
    ['required', Object.keys(NOT_APPLICABLE)[0]!, 'fail', undefined],
    ['optimal', 'a', 'pass', true],
    ['optimal', 'a', 'optional_fail', false],
    ['check', wantedYes, 'yes', true],
    ['check', wantedYes, 'no', false],
    ['check', wantedYes, 'setup_fail', false],
    ['check', wantedNo, 'no', true],
    ['check', wantedNo, 'yes', false],
    ['check', wantedNo, 'dependency_fail', false],
    ['check', 'nobody cares', 'no', undefined],
  ];
  test.each(rows)('%s %s %s: %s', (kind, id, verdict, good) => {
    expect(isGood(one(kind, id, verdict))).toBe(good);
  });
});

test('the line of counts', () => {
  const tests = [
    one('required', 'a', 'pass'),
    one('required', 'b', 'fail'),
    one('required', Object.keys(NOT_APPLICABLE)[0]!, 'fail'),
    one('optimal', 'c', 'pass'),
    one('check', wantedYes, 'no'),
    one('check', 'open', 'yes'),
  ];
  expect(countsLine('nestjs', count(tests))).toBe(
    'nestjs   required 1/2 applicable of 3, optimal 1/1, check yes 1/2, policy 0/1',
  );
});

describe('the gate', () => {
  test('is passed by 140 required and 75 optimal tests', () => {
    expect(problemsOf(passing(140, 75), undefined)).toEqual([]);
  });

  test('is not passed by fewer', () => {
    expect(problemsOf(passing(139, 74), undefined)).toEqual([
      '139 required tests pass, at least 140 must',
      '74 optimal tests pass, at least 75 must',
    ]);
  });

  test('is not passed without what every cache does', () => {
    const [first, ...rest] = passing(150, 80);
    const failed = { ...first!, verdict: 'fail', message: 'Assertion: x' };
    expect(problemsOf([failed, ...rest], undefined)).toEqual([
      expect.stringContaining(`${first!.id}, which every cache passes: fail (Assertion: x). So `),
    ]);
    expect(problemsOf(rest, undefined)).toEqual([expect.stringContaining('it did not run')]);
  });

  test('is not passed when a test is worse than it was', () => {
    const tests = [...passing(150, 80), one('optimal', 'x', 'optional_fail'), one('check', wantedNo, 'yes')];
    const before = saved(one('optimal', 'x', 'pass'), one('check', wantedNo, 'no'));
    expect(problemsOf(tests, before)).toEqual([
      'x is worse than in the results of 2026-11-01: optional_fail',
      `${wantedNo} is worse than in the results of 2026-11-01: yes`,
    ]);
  });

  test('takes what was bad, and tests that are new, as they are', () => {
    const before = saved(one('required', 'x', 'fail'), one('required', 'gone', 'pass'));
    expect(
      worseThan(before, [one('required', 'x', 'dependency_fail'), one('required', 'new', 'fail')]),
    ).toEqual([]);
  });
});

test('every list holds as many tests as it says', () => {
  expect(Object.keys(PASSED_BY_ALL)).toHaveLength(45);
  expect(Object.keys(POLICY)).toHaveLength(59);
});
