import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createColumns } from './columns.js';
import { POLICIES, type PolicyName } from './policies.js';
import type { EvictionPolicy } from './policy.js';

const SLOTS = 150;
const NAMES = Object.keys(POLICIES) as PolicyName[];

/** A policy with place for slots from 0 on, and what is in it. */
function startPolicy(name: PolicyName): {
  policy: EvictionPolicy;
  charge: (slot: number, cost: number) => void;
} {
  const columns = createColumns();
  const cost = columns.column(Float64Array);
  const policy = POLICIES[name]({ columns, cost, maxSize: 1000, keyOf: (slot) => `key ${slot % 20}` });
  return {
    policy,
    charge(slot, bytes) {
      while (slot >= columns.capacity) columns.grow();
      cost.cells[slot] = bytes;
    },
  };
}

const steps = fc.array(
  fc.record({
    op: fc.constantFrom('come', 'come', 'touch', 'replaced', 'remove', 'victim', 'ask'),
    slot: fc.nat({ max: SLOTS - 1 }),
    bytes: fc.constantFrom(1, 20, 100, 900),
  }),
  { maxLength: 300 },
);

describe.each(NAMES)('%s', (name) => {
  test('has each entry that came and did not leave, once', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const { policy, charge } = startPolicy(name);
        const present = new Set<number>();
        const wrong: number[] = [];
        for (const { op, slot, bytes } of run) {
          if (op === 'come' && !present.has(slot)) {
            charge(slot, bytes);
            if (policy.admits?.(slot, present.size === 0 ? 0 : bytes) === false) continue;
            policy.add(slot);
            present.add(slot);
          } else if (op === 'victim' && present.size > 0) {
            const victim = policy.victim();
            if (policy.victim() !== victim || !present.delete(victim)) wrong.push(victim);
            policy.remove(victim);
          } else if (present.has(slot)) {
            if (op === 'replaced') charge(slot, bytes);
            if (op === 'remove') present.delete(slot);
            if (op === 'remove' || op === 'touch' || op === 'replaced') policy[op](slot);
          }
        }
        const left = Array.from(present, () => {
          const victim = policy.victim();
          policy.remove(victim);
          return victim;
        });
        expect(wrong).toEqual([]);
        expect(new Set(left)).toEqual(present);
      }),
      { numRuns: 300 },
    );
  });
});
