import { describe, expect, test } from 'vitest';
import { type Mistake, type Scope, search } from './model.js';

const SMALL: Scope = {
  ticks: 2,
  maxStaleness: 1,
  invalidations: 1,
  others: 0,
  damages: 0,
  reads: 2,
  handlers: 1,
};

const DAMAGED: Scope = { ...SMALL, damages: 1, reads: 3 };
const TWICE: Scope = { ...SMALL, invalidations: 2 };
const TRIMMED: Scope = { ...SMALL, others: 1, damages: 1 };
const JOINED: Scope = { ...SMALL, handlers: 2 };

const MISTAKES: readonly (readonly [Mistake, Scope])[] = [
  ['stamps when it stores', SMALL],
  ['compares nothing', SMALL],
  ['no window', SMALL],
  ['window from the answer', SMALL],
  ['overwrites', TWICE],
  ['missing is nothing', DAMAGED],
  ['no predecessors', TRIMMED],
  ['joins any flight', JOINED],
];

describe('the model of the protocol', () => {
  test.each<[string, Scope]>([
    ['with a log that is damaged or a process that starts anew', DAMAGED],
    ['with several invalidations', TWICE],
    ['with invalidations of other names, and damage', TRIMMED],
    ['with several handlers', JOINED],
  ])(
    'keeps its guarantee in every state it can come to, %s',
    (_title, scope) => {
      const { states, trace } = search(scope);
      expect(trace).toBeUndefined();
      expect(states).toBeGreaterThan(10_000);
    },
    120_000,
  );

  test.each(MISTAKES)(
    'does not when: %s',
    (mistake, scope) => {
      expect(search(scope, mistake).trace).toBeDefined();
    },
    120_000,
  );
});
