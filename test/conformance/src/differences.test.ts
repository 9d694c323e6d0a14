import { describe, expect, test } from 'vitest';
import { allResults, differencesOf, readmeTexts, unexplained } from './differences.js';
import { PASSED_BY_ALL } from './lists/passed-by-all.js';
import { problemsOf } from './gate.js';
import { judgedOf, type SavedResults } from './results.js';
import { count } from './score.js';

const results = allResults();

describe.each(results.map((saved) => [saved.adapter, saved] as const))('the results of %s', (_, saved) => {
  test('pass the gate', () => {
    expect(problemsOf(judgedOf(saved), undefined)).toEqual([]);
  });

  test('have the counts that their tests add up to', () => {
    expect(saved.counts).toEqual(count(judgedOf(saved)));
    expect(Object.values(saved.tests).flatMap((tests) => Object.keys(tests))).toHaveLength(365);
  });
});

test('all are of one commit of the suite', () => {
  expect(new Set(results.map(({ commit }) => commit)).size).toBe(1);
});

test('every test that is not passed has a reason, and nothing else has', () => {
  expect(unexplained(results)).toEqual([]);
});

test('a test that is not passed and has no reason is named', () => {
  const [first, ...rest] = results as readonly [SavedResults, ...SavedResults[]];
  const id = Object.keys(PASSED_BY_ALL)[0]!;
  const worse = { ...first, tests: { ...first.tests, required: { ...first.tests.required, [id]: 'fail' } } };
  expect(unexplained([worse, ...rest])).toEqual([`${id} is not passed and has no reason`]);
  expect(differencesOf([worse, ...rest]).find((each) => each.id === id)?.adapters).toEqual([first.adapter]);
});

test('a reason for a test that is passed is named', () => {
  const none = results.map((saved) => ({ ...saved, tests: { required: {}, optimal: {}, check: {} } }));
  expect(unexplained(none)).toEqual(
    differencesOf(results).map(({ id }) => `${id} has a reason, and is passed`),
  );
});

test('the README says what the results say: npm run conformance -- --write', () => {
  const { is, should } = readmeTexts(results);
  expect(is).toBe(should);
});
