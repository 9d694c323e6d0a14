import { describe, expect, test } from 'vitest';
import { asShipped, built } from '../races/engines.js';
import { playMany } from './many.js';
import { WRONG } from './wrong.js';

/*
 * Several processes with one log and one store, in virtual time: messages are lost, late, doubled and overtake each
 * other, processes crash, stall and are cut off, the server fails over, evicts, trims and is down. Every answer is
 * judged by what had been acknowledged before its request started (consistency.md, 4.3). The rest of the schedules is
 * in `schedules.*.test.ts`.
 */
describe('C01 to C10: the simulation', () => {
  test('finds nothing wrong with the cache as users get it', async () => {
    const { schedules, problem } = await playMany(asShipped, 2000);
    expect(problem).toBeUndefined();
    expect(schedules).toBeGreaterThanOrEqual(2000);
  }, 300_000);

  // The same seed every time: this is about the test, not about the cache.
  test.each(Object.entries(WRONG))(
    'finds out when %s',
    async (_title, variant) => {
      const { problem } = await playMany(built(variant), 20_000, 1);
      expect(problem).toMatch(/with version \d+, needed \d+|was lost for good/);
    },
    300_000,
  );
});
