import type { Columns } from './columns.js';

/**
 * Linked lists of slots, each slot in at most one of them; every call takes constant time. What stands before the
 * first and after the last slot of a list is negative.
 */
export interface Lists {
  first(list: number): number;
  last(list: number): number;
  /** The neighbour towards the first. */
  before(slot: number): number;
  addFirst(list: number, slot: number): void;
  addLast(list: number, slot: number): void;
  /** Puts a slot behind another, or to the front when `other` is what stands before the first. */
  addAfter(other: number, slot: number): void;
  /** Takes a slot out of the list that it is in. */
  readonly remove: (slot: number) => void;
}

/**
 * Makes `count` empty lists over two columns. They are rings: the cells ahead of slot 0 are the lists themselves,
 * each between its last slot and its first, so that nothing has to be treated as a special case.
 */
export function createLists(columns: Columns, count: number): Lists {
  const nextColumn = columns.column(Int32Array, count);
  const previousColumn = columns.column(Int32Array, count);
  for (let list = 0; list < count; list++) nextColumn.cells[list] = previousColumn.cells[list] = list;

  function link(before: number, cell: number, after: number): void {
    const next = nextColumn.cells;
    const previous = previousColumn.cells;
    next[before] = cell;
    previous[cell] = before;
    next[cell] = after;
    previous[after] = cell;
  }

  return {
    first: (list) => nextColumn.cells[list]! - count,
    last: (list) => previousColumn.cells[list]! - count,
    before: (slot) => previousColumn.cells[slot + count]! - count,
    addFirst: (list, slot) => link(list, slot + count, nextColumn.cells[list]!),
    addLast: (list, slot) => link(previousColumn.cells[list]!, slot + count, list),
    addAfter: (other, slot) => link(other + count, slot + count, nextColumn.cells[other + count]!),
    remove(slot) {
      const next = nextColumn.cells;
      const previous = previousColumn.cells;
      const before = previous[slot + count]!;
      const after = next[slot + count]!;
      next[before] = after;
      previous[after] = before;
    },
  };
}
