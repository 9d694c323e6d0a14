import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { createColumns } from './columns.js';
import { createWheel } from './wheel.js';

const SECOND = 1000;
const SLOTS = 40;
const YEAR = 365 * 24 * 3600;

const steps = fc.array(
  fc.record({
    op: fc.constantFrom('add', 'add', 'add', 'remove', 'advance'),
    slot: fc.nat({ max: SLOTS - 1 }),
    seconds: fc.oneof(
      fc.nat({ max: 5 }),
      fc.nat({ max: 64 }),
      fc.nat({ max: 5000 }),
      fc.nat({ max: 300_000 }),
    ),
  }),
  { maxLength: 60 },
);

test('holds what was filed and hands out what is due, all of it and nothing else', () => {
  fc.assert(
    fc.property(steps, fc.nat({ max: 2 ** 31 - 1 }), (run, start) => {
      const clock = fakeClock(start * SECOND);
      const wheel = createWheel(createColumns(), clock);
      const deadlines = new Map<number, number>();
      const results: unknown[] = [];
      for (const { op, slot, seconds } of run) {
        if (op === 'advance') clock.advance(seconds * SECOND);
        else {
          wheel.remove(slot);
          deadlines.delete(slot);
        }
        if (op === 'add') {
          const deadline = clock.now() + seconds * SECOND;
          wheel.add(slot, deadline);
          deadlines.set(slot, deadline);
        }
        // What was filed when its time had come already is handed out a second later.
        if (op === 'advance' && seconds > 0) {
          const due = [...deadlines.keys()].filter(
            (key) => Math.ceil(deadlines.get(key)! / SECOND) * SECOND <= clock.now(),
          );
          const gone: number[] = [];
          const isDone = wheel.advance(Infinity, (expired) => {
            gone.push(expired);
            wheel.remove(expired);
          });
          results.push([isDone, new Set(gone), gone.length], [true, new Set(due), due.length]);
          for (const key of gone) deadlines.delete(key);
        }
        results.push([wheel.entries], [deadlines.size]);
      }
      for (let at = 0; at < results.length; at += 2) expect(results[at]).toEqual(results[at + 1]);
    }),
  );
});

test.each([Infinity, NaN, 2 ** 32 * SECOND + 1])('a deadline of %d is none', (deadline) => {
  const wheel = createWheel(createColumns(), fakeClock());
  wheel.add(0, deadline);
  expect(wheel.entries).toBe(0);
  wheel.remove(0);
  expect(wheel.entries).toBe(0);
});

test('works in portions, and does all of it in the end', () => {
  const clock = fakeClock(0);
  const wheel = createWheel(createColumns(), clock);
  for (let slot = 0; slot < 64; slot++) wheel.add(slot, (slot < 32 ? 100 : 10 * YEAR) * SECOND);
  clock.advance(100 * SECOND);
  let turns = 1;
  while (!wheel.advance(10, (slot) => wheel.remove(slot))) turns++;
  expect(wheel.entries).toBe(32);
  // 100 seconds, 32 entries that move to a lower level once, 32 that go.
  expect(turns).toBe(Math.ceil((100 + 2 * 32) / 10));
});
