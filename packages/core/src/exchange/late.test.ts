import { expect, test } from 'vitest';
import { createCache } from '../cache.js';
import { fakeClock } from '../testing/index.js';
import { headOf, viewOf } from '../testing/made.js';
import type { Capture } from './types.js';

/** A cache, and a capture of an answer to a request that nothing is stored for. */
async function asked(): Promise<{
  readonly cache: ReturnType<typeof createCache>;
  readonly capture: Capture;
}> {
  const cache = createCache({ clock: fakeClock() });
  const outcome = await cache.open(viewOf({}), cache.rule({ ttl: '1m' }));
  if (outcome.action !== 'forward' || outcome.capture === undefined) throw new Error('expected a capture');
  return { cache, capture: outcome.capture };
}

test.each<[title: string, status: number, stored: number]>([
  ['the status it was handed over with: stored', 200, 1],
  ['304, which others make of it for one client: stored', 304, 1],
  ['an error in its place: not stored', 500, 0],
  ['another success in its place: not stored', 203, 0],
])('an answer that went out with %s', async (_title, status, stored) => {
  const { cache, capture } = await asked();
  const { sink } = capture.complete(headOf(200), Buffer.from('page'));
  sink.end(headOf(status));
  expect(cache.stats()).toMatchObject({ stored, notStored: stored === 1 ? {} : { STATUS: 1 } });
});
