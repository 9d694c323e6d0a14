import { createLists } from './lists.js';
import type { PolicyFactory } from './policy.js';

const BEFORE_FIRST = -1;

/**
 * Evicts the entry that was used least often since it came in, of several the one that was not used for longest.
 * What was once popular stays for as long as it is kept: `gdsf` has a memory for frequency that fades.
 *
 * Entries stand in the order in which they go: by frequency, in one list. Who is used steps behind the last of the
 * next frequency, so that nothing has to be searched.
 */
export const createLfu: PolicyFactory = ({ columns }) => {
  const order = createLists(columns, 1);
  const frequency = columns.column(Uint32Array);
  const lastOf = new Map<number, number>();

  function insert(slot: number, uses: number, after: number): void {
    frequency.cells[slot] = uses;
    order.addAfter(after, slot);
    lastOf.set(uses, slot);
  }

  function remove(slot: number): void {
    const uses = frequency.cells[slot]!;
    const before = order.before(slot);
    order.remove(slot);
    if (lastOf.get(uses) !== slot) return;
    if (before >= 0 && frequency.cells[before] === uses) lastOf.set(uses, before);
    else lastOf.delete(uses);
  }

  function use(slot: number): void {
    const uses = frequency.cells[slot]!;
    const before = order.before(slot);
    remove(slot);
    insert(slot, uses + 1, lastOf.get(uses + 1) ?? lastOf.get(uses) ?? before);
  }

  return {
    add: (slot) => insert(slot, 1, lastOf.get(1) ?? BEFORE_FIRST),
    touch: use,
    replaced: use,
    remove,
    victim: () => order.first(0),
  };
};
