import { expect, test } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { createGdsf } from './gdsf.js';
import { createMemoryTable, type MemoryTable } from './table.js';

function tableOf(maxSize: number): MemoryTable<true> {
  const costOf = (_key: string, size: number): number => size;
  return createMemoryTable({ maxSize, maxEntries: Infinity, policy: createGdsf, clock: fakeClock(), costOf });
}

const fill = (table: MemoryTable<true>, count: number, size: number, prefix = 'k'): readonly string[] =>
  Array.from({ length: count }, (_, at) => {
    table.set(`${prefix}${at}`, true, size);
    return `${prefix}${at}`;
  });

const kept = (table: MemoryTable<true>, keys: readonly string[]): number =>
  keys.filter((key) => table.peek(key) !== undefined).length;

test('of entries that were used as often, the larger one goes', () => {
  const table = tableOf(1000);
  table.set('large', true, 25);
  const small = fill(table, 100, 10);
  expect([table.peek('large'), kept(table, small)]).toEqual([undefined, 100]);
});

test('of entries of one size, the one that was used less goes', () => {
  const table = tableOf(1000);
  const keys = fill(table, 100, 10);
  for (const key of keys.slice(0, 50)) table.get(key);
  fill(table, 50, 10, 'new ');
  expect([kept(table, keys.slice(0, 50)), kept(table, keys.slice(50))]).toEqual([50, 0]);
});

test('what was popular once and is not used any more goes in the end', () => {
  const table = tableOf(1000);
  table.set('once', true, 10);
  for (let use = 0; use < 20; use++) table.get('once');
  for (let round = 0; round < 200 && table.peek('once') === true; round++)
    for (const key of fill(table, 100, 10, `round ${round} `)) table.get(key);
  expect(table.peek('once')).toBeUndefined();
});

test('a key that was asked for before it went counts as more than a new one', () => {
  const table = tableOf(1000);
  for (let time = 0; time < 3; time++) {
    table.set('known', true, 10);
    table.delete('known');
  }
  table.set('known', true, 10);
  fill(table, 120, 10);
  expect(table.peek('known')).toBe(true);
});

test('a large newcomer does not displace many that are worth more, until it was asked for often enough', () => {
  const table = tableOf(1000);
  const small = fill(table, 100, 10);
  expect([table.set('large', true, 100), kept(table, small)]).toEqual([false, 100]);
  let asked = 1;
  while (!table.set('large', true, 100)) asked++;
  // Ten entries of 0.2 each: asked for three times it counts 2.2.
  expect([asked, kept(table, small)]).toEqual([2, 90]);
});

test('a newcomer of a few per cent is let in at once, and a large one when there is room', () => {
  const table = tableOf(1000);
  expect(table.set('giant', true, 900)).toBe(true);
  fill(table, 10, 10);
  expect(table.set('three per cent', true, 30)).toBe(true);
  expect(table.peek('giant')).toBeUndefined();
});

test('a refused newcomer leaves the order as it was', () => {
  const evictedBy = (withRefusal: boolean): readonly string[] => {
    const evicted: string[] = [];
    const table = createMemoryTable<true>({
      maxSize: 1000,
      maxEntries: Infinity,
      policy: createGdsf,
      clock: fakeClock(),
      costOf: (_key, size) => size,
      onEvict: (key) => void evicted.push(key),
    });
    for (let at = 0; at < 100; at++) table.set(`k${at}`, true, 5 + (at % 10));
    for (let at = 0; at < 100; at += 3) table.get(`k${at}`);
    if (withRefusal && table.set('giant', true, 999)) evicted.push('giant was let in');
    fill(table, 60, 12, 'new ');
    return evicted;
  };
  expect(evictedBy(true)).toEqual(evictedBy(false));
});
