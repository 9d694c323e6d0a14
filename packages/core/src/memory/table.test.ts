import { describe, expect, test } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { ENTRY_OVERHEAD } from './cost.js';
import { createLru } from './recency.js';
import { createMemoryTable, type MemoryTable } from './table.js';

interface Budget {
  readonly maxSize?: number;
  readonly maxEntries?: number;
}

const COST = ENTRY_OVERHEAD + 1;

function tableOf(budget: Budget = {}): { table: MemoryTable<string>; evicted: [string, number][] } {
  const evicted: [string, number][] = [];
  const table = createMemoryTable<string>({
    maxSize: budget.maxSize ?? 100_000,
    maxEntries: budget.maxEntries ?? 1000,
    policy: createLru,
    clock: fakeClock(),
    onEvict: (key, size) => void evicted.push([key, size]),
  });
  return { table, evicted };
}

describe('what is counted', () => {
  test.each([
    ['a', 0, COST],
    ['a', 100, COST + 100],
    ['\u00e9\u00ff', 0, ENTRY_OVERHEAD + 2],
    ['a\u0100', 0, ENTRY_OVERHEAD + 4],
    ['k'.repeat(8000), 0, ENTRY_OVERHEAD + 8000], // K16
  ])('key %j with a value of %d bytes is charged %d', (key, size, charged) => {
    const { table } = tableOf();
    table.set(key, 'x', size);
    expect(table.size).toBe(charged);
  });

  test('replaced, deleted and cleared entries are released', () => {
    const { table, evicted } = tableOf();
    table.set('a', 'x', 500);
    table.set('a', 'y', 10);
    expect([table.get('a'), table.size, table.entries]).toEqual(['y', COST + 10, 1]);
    expect([table.delete('a'), table.delete('a'), table.size]).toEqual([true, false, 0]);
    table.set('b', 'x', 10);
    table.clear();
    expect([table.get('b'), table.size, table.entries]).toEqual([undefined, 0, 0]);
    expect(evicted).toEqual([]);
  });
});

describe('a full table', () => {
  test('evicts what was used least recently and says so', () => {
    const { table, evicted } = tableOf({ maxSize: 2 * COST });
    table.set('a', 'A', 0);
    table.set('b', 'B', 0);
    table.get('a');
    table.peek('b');
    expect(table.set('c', 'C', 0)).toBe(true);
    expect(evicted).toEqual([['b', COST]]);
    expect(['a', 'b', 'c'].map((key) => table.peek(key))).toEqual(['A', undefined, 'C']);
  });

  test('keeps to the number of entries too', () => {
    const { table, evicted } = tableOf({ maxEntries: 2 });
    for (const key of ['a', 'b', 'b', 'c', 'd']) table.set(key, key, 0);
    expect(evicted.map(([key]) => key)).toEqual(['a', 'b']);
    expect(table.entries).toBe(2);
  });

  test.each([
    ['larger than the budget', 2 * COST],
    ['of no size', NaN],
    ['of negative size', -1],
  ])('refuses a value %s; other entries stay, an older value of its key does not', (_, size) => {
    const { table, evicted } = tableOf({ maxSize: 2 * COST });
    table.set('a', 'A', 0);
    table.set('b', 'B', 0);
    expect(table.set('b', 'huge', size)).toBe(false);
    expect([table.get('a'), table.get('b'), table.size]).toEqual(['A', undefined, COST]);
    expect(evicted).toEqual([]);
  });

  test('V01 K16 a million characters of keys cannot outgrow the budget', () => {
    const { table } = tableOf({ maxSize: 64_000, maxEntries: Infinity });
    for (let at = 0; at < 1000; at += 1) table.set(`${at}${'k'.repeat(1000)}`, '', 0);
    expect(table.size).toBeLessThanOrEqual(64_000);
    expect(table.entries).toBe(51);
  });

  test.each([{ maxSize: 0 }, { maxEntries: 0 }])('with no room at all (%o) refuses everything', (budget) => {
    expect(tableOf(budget).table.set('a', 'A', 0)).toBe(false);
  });

  test('a listener may use the table', () => {
    const table = createMemoryTable<string>({
      maxSize: 2 * COST,
      maxEntries: 10,
      policy: createLru,
      clock: fakeClock(),
      onEvict: (key) => void (key === 'a' && table.set('z', 'Z', 0)),
    });
    for (const key of ['a', 'b', 'c']) table.set(key, key, 0);
    expect([table.size, table.peek('b'), table.peek('z')]).toEqual([2 * COST, undefined, 'Z']);
  });
});

test('K06 names of Object.prototype are ordinary keys', () => {
  const { table } = tableOf();
  expect(['__proto__', 'constructor', 'toString'].map((key) => table.get(key))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  table.set('__proto__', 'x', 0);
  expect([table.get('__proto__'), table.entries, ({} as Record<string, unknown>)['x']]).toEqual([
    'x',
    1,
    undefined,
  ]);
});
