import { array, assert, boolean, property } from 'fast-check';
import { expect, test } from 'vitest';
import { AUTHORITY_SHAPING } from '../key/forwarded.js';
import { resolveRule } from '../rule/resolve.js';
import { fieldNamesOf } from './field-names.js';

const names = fieldNamesOf(resolveRule('rule', { vary: ['X-Theme'] }))!;

test.each([
  ['host', 'host'],
  ['if-none-match', 'if-none-match'],
  ['if-modified-since', 'if-modified-since'],
  ['authorization', 'stop'],
  ['cookie', 'stop'],
  ['range', 'stop'],
  ['x-theme', 'counts'],
  ...AUTHORITY_SHAPING.map((name) => [name, 'counts']),
] as [string, string][])('%s is known in any letter case: %s', (name, kind) => {
  assert(
    property(array(boolean(), { minLength: name.length, maxLength: name.length }), (upper) => {
      const written = Array.from(name, (letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join('');
      expect(names.kindOf(written)).toBe(kind);
    }),
  );
});

test.each(['Accept', 'User-Agent', 'Sec-Fetch-Site', 'Accept-Encoding', 'Connection', 'X', 'Cookie2'])(
  'no hit depends on %s',
  (name) => expect(names.kindOf(name)).toBeUndefined(),
);

test('names are learned from answers, so many and no more', () => {
  const learner = fieldNamesOf(resolveRule('rule', {}))!;
  expect([learner.learn(['accept']), learner.learn(['accept'])]).toEqual([false, true]);
  expect(learner.kindOf('Accept')).toBe('counts');
  expect(learner.learn(['cookie', 'host'])).toBe(true);
  expect(learner.learn(['if-none-match'])).toBe(false);
  for (let n = 0; n < 100; n++) learner.learn([`x-${n}`]);
  expect([learner.learn(['x-1']), learner.learn(['x-99'])]).toEqual([true, false]);
});
