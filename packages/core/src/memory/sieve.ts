import { createLists } from './lists.js';
import type { PolicyFactory } from './policy.js';

const NONE = -1;

/**
 * SIEVE (Zhang et al., NSDI 2024): a queue in order of arrival and a hand that moves from the oldest entry towards
 * the newest. It spares those that were used since it last came by and evicts the first that was not. A hit
 * sets a mark and moves nothing.
 */
export const createSieve: PolicyFactory = ({ columns }) => {
  const queue = createLists(columns, 1);
  const used = columns.column(Uint8Array);
  let hand = NONE;

  function use(slot: number): void {
    used.cells[slot] = 1;
  }

  return {
    add(slot) {
      used.cells[slot] = 0;
      queue.addFirst(0, slot);
    },
    touch: use,
    replaced: use,
    remove(slot) {
      if (slot === hand) hand = queue.before(slot);
      queue.remove(slot);
    },
    victim() {
      if (hand < 0) hand = queue.last(0);
      while (used.cells[hand] === 1) {
        used.cells[hand] = 0;
        hand = queue.before(hand);
        if (hand < 0) hand = queue.last(0);
      }
      return hand;
    },
  };
};
