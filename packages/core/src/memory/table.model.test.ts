import * as fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { expect, test } from 'vitest';
import { createLru } from './lru.js';
import { ENTRY_OVERHEAD, type MemoryTable, createMemoryTable } from './table.js';

const MAX_SIZE = 4000;

function tableOf(
  maxEntries: number,
  onEvict: (key: string, value: string) => void = () => {},
): MemoryTable<string> {
  return createMemoryTable<string>({ maxSize: MAX_SIZE, maxEntries, policy: createLru(), onEvict });
}

type Step = {
  readonly op: 'get' | 'peek' | 'set' | 'delete' | 'clear';
  readonly key: string;
  readonly size: number;
};

const steps = fc.array(
  fc.record<Step>({
    op: fc.constantFrom('get', 'get', 'peek', 'set', 'set', 'set', 'delete', 'clear'),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__', '\u0416'),
    size: fc.constantFrom(0, 1, 500, 1000, 2500, 5000),
  }),
  { maxLength: 60 },
);

type Steppable = Pick<MemoryTable<string>, 'get' | 'peek' | 'set' | 'delete' | 'clear'>;

function apply(table: Steppable, { op, key, size }: Step, at: number): unknown {
  if (op === 'set') return table.set(key, String(at), size);
  return op === 'clear' ? table.clear() : table[op](key);
}

const costOf = (key: string, size: number): number =>
  size + ENTRY_OVERHEAD + (key === '\u0416' ? 2 : key.length);

/** The table as one would write it without a thought for speed: a list in order of use. */
function modelOf(maxEntries: number): MemoryTable<string> {
  let list: { key: string; value: string; cost: number }[] = [];
  const find = (key: string) => list.find((entry) => entry.key === key);
  const without = (key: string) => list.filter((entry) => entry.key !== key);
  const model: MemoryTable<string> = {
    get(key) {
      const entry = find(key);
      if (entry !== undefined) list = [...without(key), entry];
      return entry?.value;
    },
    peek: (key) => find(key)?.value,
    set(key, value, size) {
      const cost = costOf(key, size);
      list = without(key);
      if (cost > MAX_SIZE) return false;
      list.push({ key, value, cost });
      while (model.size > MAX_SIZE || list.length > maxEntries) list.shift();
      return true;
    },
    delete(key) {
      const known = find(key) !== undefined;
      list = without(key);
      return known;
    },
    clear: () => void (list = []),
    get size() {
      return list.reduce((sum, { cost }) => sum + cost, 0);
    },
    get entries() {
      return list.length;
    },
  };
  return model;
}

test('behaves as a plain list in order of use does, and is never over its budget', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (run, maxEntries) => {
      const table = tableOf(maxEntries);
      const model = modelOf(maxEntries);
      for (const [at, step] of run.entries()) {
        expect(apply(table, step, at)).toBe(apply(model, step, at));
        expect([table.size, table.entries]).toEqual([model.size, model.entries]);
        expect(table.size).toBeLessThanOrEqual(MAX_SIZE);
      }
    }),
  );
});

test('evicts what lru-cache evicts', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (run, maxEntries) => {
      const ours: [string, string][] = [];
      const table = tableOf(maxEntries, (key, value) => void ours.push([key, value]));
      const theirs: [string, string][] = [];
      const oracle = new LRUCache<string, string>({
        max: maxEntries,
        maxSize: MAX_SIZE,
        dispose: (value, key, reason) => void (reason === 'evict' && theirs.push([key, value])),
      });
      for (const [at, step] of run.entries()) {
        apply(table, step, at);
        if (step.op === 'set') oracle.set(step.key, String(at), { size: costOf(step.key, step.size) });
        else if (step.op === 'clear') oracle.clear();
        else oracle[step.op](step.key);
      }
      expect(ours).toEqual(theirs);
      expect([table.size, table.entries]).toEqual([oracle.calculatedSize, oracle.size]);
    }),
  );
});
