import { createLists, type Lists } from './lists.js';
import type { EvictionPolicy, PolicyFactory } from './policy.js';

/** Evicts the entry that was not used for longest. */
export const createLru: PolicyFactory = ({ columns }) => {
  const order = createLists(columns, 1);
  return byRecency(order, () => order.last(0));
};

/** Evicts the entry that was used last: of a loop that is larger than the table, one part stays. */
export const createMru: PolicyFactory = ({ columns }) => {
  const order = createLists(columns, 1);
  return byRecency(order, () => order.first(0));
};

function byRecency(order: Lists, victim: () => number): EvictionPolicy {
  function use(slot: number): void {
    if (order.first(0) === slot) return;
    order.remove(slot);
    order.addFirst(0, slot);
  }

  return { add: (slot) => order.addFirst(0, slot), touch: use, replaced: use, remove: order.remove, victim };
}
