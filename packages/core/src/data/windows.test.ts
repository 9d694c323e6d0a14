import { expect, test } from 'vitest';
import { REMOVED } from '../invalidation/log.js';
import { isDueEarly, standingOf } from './windows.js';

const value = { startedAt: 0, madeAt: 100, freshUntil: 1100, staleUntil: 1600, errorUntil: 2100 };

test.each([
  ['fresh', Infinity, 1099],
  ['stale', Infinity, 1100],
  ['stale', Infinity, 1599],
  ['error', Infinity, 1600],
  ['gone', Infinity, 2100],
  // Stale since 600: all windows end 500 earlier.
  ['fresh', 600, 599],
  ['stale', 600, 600],
  ['error', 600, 1100],
  ['gone', 600, 1600],
  ['gone', REMOVED, 0],
])('%s when stale since %s, at %i', (standing, since, now) => {
  expect(standingOf(value, since, now)).toBe(standing);
});

test.each([
  ['without options never', {}, 1099, 0.999, false],
  ['refreshAhead: before its share of the lifetime', { refreshAhead: 0.8 }, 899, 0.999, false],
  ['refreshAhead: after it', { refreshAhead: 0.8 }, 900, 0, true],
  // -100 ms * ln(1 - 0.5) = 69 ms before the end
  ['earlyRefresh: too early for this chance', { earlyRefresh: 1 }, 1030, 0.5, false],
  ['earlyRefresh: near enough', { earlyRefresh: 1 }, 1031, 0.5, true],
  ['earlyRefresh: twice as early', { earlyRefresh: 2 }, 962, 0.5, true],
])('%s', (_title, rule, now, chance, due) => {
  expect(isDueEarly(value, now, rule, () => chance)).toBe(due);
});
