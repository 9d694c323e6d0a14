import { createLists } from './lists.js';
import type { PolicyFactory } from './policy.js';

/** Evicts the entry that came in first; uses do not count. */
export const createFifo: PolicyFactory = ({ columns }) => {
  const queue = createLists(columns, 1);
  return {
    add: (slot) => queue.addFirst(0, slot),
    touch() {},
    replaced() {},
    remove: queue.remove,
    victim: () => queue.last(0),
  };
};
