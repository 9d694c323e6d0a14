import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { POLICIES, type PolicyName } from './policies.js';
import { createMemoryTable, type MemoryTable } from './table.js';

const MAX_SIZE = 1000;

function startTable(
  name: PolicyName = 'gdsf',
  maxSize = MAX_SIZE,
): { table: MemoryTable<string>; clock: FakeClock } {
  const clock = fakeClock();
  const policy = POLICIES[name];
  const costOf = (_key: string, size: number): number => size;
  return {
    table: createMemoryTable<string>({ maxSize, maxEntries: Infinity, policy, clock, costOf }),
    clock,
  };
}

describe('an entry with a deadline', () => {
  test('is freed when it has passed, though nobody asks for it', () => {
    const { table, clock } = startTable();
    table.set('a', 'A', 10, clock.now() + 5000);
    table.set('b', 'B', 10, clock.now() + 70_000);
    table.set('c', 'C', 10);
    clock.advance(4999);
    expect(table.entries).toBe(3);
    clock.advance(1001);
    expect([table.peek('a'), table.peek('b'), table.peek('c'), table.size]).toEqual([
      undefined,
      'B',
      'C',
      20,
    ]);
    clock.advance(70_000);
    expect([table.peek('b'), table.peek('c'), table.size]).toEqual([undefined, 'C', 10]);
  });

  test.each([-1000, -100_000, -1e13])(
    'that has passed already (%d ms) is freed in the next two seconds',
    (ms) => {
      const { table, clock } = startTable();
      table.set('a', 'A', 10, clock.now() + ms);
      clock.advance(2000);
      expect([table.entries, table.size, clock.pending]).toEqual([0, 0, 0]);
    },
  );

  test('gets the deadline of the value that replaces it', () => {
    const { table, clock } = startTable();
    table.set('a', 'A', 10, clock.now() + 5000);
    table.set('a', 'B', 10, clock.now() + 50_000);
    clock.advance(10_000);
    expect(table.peek('a')).toBe('B');
    table.set('a', 'C', 10);
    clock.advance(100_000);
    expect(table.peek('a')).toBe('C');
  });

  test('costs one timer of the clock with all others, and none when there is no other', () => {
    const { table, clock } = startTable();
    table.set('a', 'A', 10);
    expect(clock.pending).toBe(0);
    for (let at = 0; at < 50; at++) table.set(`k${at}`, '', 10, clock.now() + at * 1000);
    expect(clock.pending).toBe(1);
    clock.advance(60_000);
    expect([clock.pending, table.entries]).toEqual([0, 1]);
    table.set('b', 'B', 10, clock.now() + 1000);
    expect(clock.pending).toBe(1);
    table.clear();
    expect(clock.pending).toBe(0);
  });
});

test('many entries that expire together are freed a portion at a time', () => {
  const tasks: [number, () => void][] = [];
  let now = 0;
  const clock = { now: () => now, after: (ms: number, run: () => void) => (tasks.push([ms, run]), () => {}) };
  const options = { maxSize: Infinity, maxEntries: Infinity, policy: POLICIES.gdsf, clock };
  const table = createMemoryTable<string>(options);
  for (let at = 0; at < 5000; at++) table.set(`k${at}`, '', 10, 1000);
  now = 1000;
  const turns: number[] = [];
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    const before = table.entries;
    task[1]();
    turns.push(before - table.entries);
    expect(tasks.map(([ms]) => ms)).toEqual(table.entries > 0 ? [0] : []);
  }
  expect([table.entries, Math.max(...turns)]).toEqual([0, 500]);
});

const steps = fc.array(
  fc.record({
    op: fc.constantFrom('get', 'set', 'set', 'set', 'delete', 'advance', 'clear'),
    key: fc.nat({ max: 90 }).map(String),
    size: fc.constantFrom(0, 1, 10, 50, 300, 1001),
    seconds: fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 100 }), fc.constant(Infinity)),
  }),
  { maxLength: 250 },
);

test.each(Object.keys(POLICIES) as PolicyName[])(
  '%s: charged is what is there, which is never too much and never past its deadline',
  (name) => {
    fc.assert(
      fc.property(steps, (run) => {
        const { table, clock } = startTable(name);
        const last = new Map<string, { readonly size: number; readonly deadline: number }>();
        for (const { op, key, size, seconds } of run) {
          if (op === 'advance') clock.advance(Math.min(seconds, 1000) * 1000);
          else if (op === 'clear') table.clear();
          else if (op !== 'set') table[op](key);
          else if (table.set(key, key, size, clock.now() + seconds * 1000))
            last.set(key, { size, deadline: clock.now() + seconds * 1000 });
          else last.delete(key);
          const present = [...last].filter(([known]) => table.peek(known) === known);
          // Whatever was refused is not there under its key either: then there would be one too many.
          expect(table.entries).toBe(present.length);
          expect(table.size).toBe(present.reduce((sum, [, entry]) => sum + entry.size, 0));
          expect(table.size).toBeLessThanOrEqual(MAX_SIZE);
          for (const [, { deadline }] of present) expect(deadline).toBeGreaterThan(clock.now() - 2000);
          expect(clock.pending).toBe(
            present.some(([, { deadline }]) => deadline < Infinity) ? 1 : clock.pending,
          );
        }
      }),
    );
  },
);
