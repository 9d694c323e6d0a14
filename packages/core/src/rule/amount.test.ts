import { expect, test } from 'vitest';
import { guessAmount, readAmount } from './amount.js';

const UNITS = { s: 1, m: 60 };

test.each([
  ['5s', 5],
  ['1.5m', 90],
  ['0s', 0],
  ['5x', undefined],
  ['5', undefined],
  ['s', undefined],
  ['5 s', undefined],
  ['5s ', undefined],
  ['-5s', undefined],
  ['5toString', undefined],
])('%s is read as %s', (text, amount) => {
  expect(readAmount(text, UNITS)).toBe(amount);
});

test.each([
  ['5 Seconds', '5s'],
  ['5sec', '5s'],
  ['1.5 m', '1.5m'],
  ['5 parsecs', undefined],
  ['a while', undefined],
  ['5', undefined],
])('%s may have meant %s', (text, guess) => {
  expect(guessAmount(text, { s: /^(s|sec|seconds)$/, m: /^m$/ })).toBe(guess);
});
