import { expect, test } from 'vitest';
import { REMOVED } from '../invalidation/log.js';
import { START, storedResponse } from '../testing/made.js';
import { KEPT_MS, type Standing, standingOf } from './standing.js';

const NEVER = Infinity;

// Fresh for 10 seconds, stale for 10 more, good for errors for 20.
test.each<[string, number, number, Standing]>([
  ['when it is stored', NEVER, 0, 'fresh'],
  ['at the last moment', NEVER, 9999, 'fresh'],
  ['when its lifetime ends', NEVER, 10_000, 'stale'],
  ['at the last moment of its stale window', NEVER, 19_999, 'stale'],
  ['behind its stale window', NEVER, 20_000, 'error'],
  ['at the last moment of its error window', NEVER, 29_999, 'error'],
  ['behind all windows', NEVER, 30_000, 'gone'],
  ['removed', REMOVED, 0, 'gone'],
  ['removed when it is stale already', REMOVED, 15_000, 'gone'],
  ['invalidated as stale', START + 4000, 4000, 'stale'],
  ['with a stale window that begins then', START + 4000, 13_999, 'stale'],
  ['and ends earlier', START + 4000, 14_000, 'error'],
  ['so does the error window', START + 4000, 24_000, 'gone'],
  ['invalidated when it is stale already: nothing is gained', START + 15_000, 19_999, 'stale'],
  ['nor later', START + 15_000, 20_000, 'error'],
  ['invalidated before it was stored', START - 1000, 8999, 'stale'],
  ['which shortens its windows', START - 1000, 9000, 'error'],
])('%s', (_title, staleSince, after, expected) => {
  expect(standingOf(storedResponse(), staleSince, START + after)).toBe(expected);
});

test.each<[string, number, number, Standing]>([
  ['at the last moment of its error window', NEVER, 29_999, 'error'],
  ['behind all windows', NEVER, 30_000, 'kept'],
  ['at the last moment', NEVER, 30_000 + KEPT_MS - 1, 'kept'],
  ['behind it', NEVER, 30_000 + KEPT_MS, 'gone'],
  ['invalidated as stale', START + 4000, 24_000, 'kept'],
  ['removed', REMOVED, 0, 'gone'],
])(
  'with a validator of the handler it is kept to be confirmed: %s',
  (_title, staleSince, after, expected) => {
    const headers = { etag: '"a"' };
    expect(standingOf(storedResponse({ headers }), staleSince, START + after)).toBe(expected);
  },
);

test('a validator that the cache made keeps nothing', () => {
  const stored = storedResponse({ headers: { etag: '"a"' }, made: ['etag'] });
  expect(standingOf(stored, NEVER, START + 30_000)).toBe('gone');
});

test.each<[string, number, number, Standing]>([
  ['fresh', 0, 0, 'fresh'],
  ['no window at all', 0, 10_000, 'gone'],
  ['an error window alone', 15_000, 10_000, 'error'],
])('without stale-while-revalidate: %s', (_title, errorFor, after, expected) => {
  const stored = storedResponse({ staleUntil: START + 10_000, errorUntil: START + 10_000 + errorFor });
  expect(standingOf(stored, NEVER, START + after)).toBe(expected);
});
