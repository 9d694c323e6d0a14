import { describe, expect, test } from 'vitest';
import { REMOVED } from './log.js';
import { createInvalidationTable } from './table.js';
import { ALL } from './tags.js';

describe('marks that come out of turn', () => {
  test('are merged: the latest invalidation of a name counts', () => {
    const table = createInvalidationTable();
    table.mark(['a'], 'remove', 150, 1);
    table.mark(['a'], 'remove', 120, 2);
    expect([table.staleSince(149, ['a']), table.staleSince(150, ['a'])]).toEqual([REMOVED, Infinity]);
  });

  test('of everything leave what is later', () => {
    const table = createInvalidationTable();
    table.mark(['a'], 'remove', 150, 1);
    table.mark([ALL], 'remove', 120, 2);
    expect(table.staleSince(130, ['a'])).toBe(REMOVED);
    expect([table.staleSince(119, ['b']), table.staleSince(120, ['b'])]).toEqual([REMOVED, Infinity]);
  });

  test('as stale are known no later than those behind them', () => {
    const table = createInvalidationTable();
    table.mark(['a'], 'stale', 150, 10);
    table.mark(['a'], 'stale', 120, 20);
    table.mark(['a'], 'stale', 120, 30);
    expect([110, 130, 150].map((filled) => table.staleSince(filled, ['a']))).toEqual([10, 10, Infinity]);
  });
});

test('what was invalidated between two positions is known by name, or as everything', () => {
  const table = createInvalidationTable(3);
  table.mark(['a'], 'remove', 10, 0);
  table.mark(['b'], 'stale', 11, 0);
  table.mark(['c'], 'remove', 12, 0);
  expect([table.between(10, 12, 'remove'), table.between(10, 12, 'stale')]).toEqual([[], ['b']]);
  expect(table.between(9, 13, 'remove')).toEqual(['a', 'c']);
  // A floor that was raised is no invalidation.
  table.raiseFloor(11);
  expect(table.between(10, 12, 'remove')).toEqual([]);
  // The oldest name is forgotten.
  table.mark(['d'], 'remove', 13, 0);
  expect(table.between(9, 11, 'remove')).toEqual([ALL]);
});
