import { expect, test } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { createUncacheables } from './uncacheables.js';

test('a key is remembered for a while', () => {
  const clock = fakeClock();
  const uncacheables = createUncacheables(clock);
  uncacheables.add('a');
  expect([uncacheables.has('a'), uncacheables.has('b')]).toEqual([true, false]);
  clock.advance(9999);
  expect(uncacheables.has('a')).toBe(true);
  clock.advance(1);
  expect(uncacheables.has('a')).toBe(false);
});

test('a key that comes again is remembered anew', () => {
  const clock = fakeClock();
  const uncacheables = createUncacheables(clock, 100);
  uncacheables.add('a');
  clock.advance(60);
  uncacheables.add('a');
  clock.advance(60);
  expect(uncacheables.has('a')).toBe(true);
});

test('a key whose answer was stored after all is forgotten', () => {
  const uncacheables = createUncacheables(fakeClock());
  uncacheables.add('a');
  uncacheables.delete('a');
  expect(uncacheables.has('a')).toBe(false);
});

test('the table is bounded: the key that was longest away goes first', () => {
  const uncacheables = createUncacheables(fakeClock(), 100, 3);
  for (const key of ['a', 'b', 'c', 'a', 'd']) uncacheables.add(key);
  expect(['a', 'b', 'c', 'd'].filter((key) => uncacheables.has(key))).toEqual(['a', 'c', 'd']);
});
