import { expect, test } from 'vitest';
import { built } from '../races/engines.js';
import { playMany } from './many.js';
import { RIGHT } from './wrong.js';

// Half of the schedules, so that two processors can share the work.
test('50,000 schedules find nothing wrong', async () => {
  const { schedules, problem } = await playMany(built(RIGHT), 50_000);
  expect(problem).toBeUndefined();
  expect(schedules).toBeGreaterThanOrEqual(50_000);
}, 600_000);
