import * as fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { expect, test } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { POLICIES, type PolicyName } from './policies.js';
import { createMemoryTable, type MemoryTable } from './table.js';

const MAX_SIZE = 10;

function tableOf(name: PolicyName, maxEntries: number): { table: MemoryTable<string>; evicted: string[] } {
  const evicted: string[] = [];
  const table = createMemoryTable<string>({
    maxSize: MAX_SIZE,
    maxEntries,
    policy: POLICIES[name],
    clock: fakeClock(),
    costOf: (_key, size) => size,
    onEvict: (key, size) => void evicted.push(`${key} ${size}`),
  });
  return { table, evicted };
}

type Step = {
  readonly op: 'get' | 'peek' | 'set' | 'delete' | 'clear';
  readonly key: string;
  readonly size: number;
};

const steps = fc.array(
  fc.record<Step>({
    op: fc.constantFrom('get', 'get', 'get', 'peek', 'set', 'set', 'set', 'set', 'delete', 'clear'),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__', '\u0416'),
    size: fc.constantFrom(1, 1, 1, 2, 3, 6, 11),
  }),
  { maxLength: 100 },
);
const limits = fc.integer({ min: 1, max: 6 });

type Steppable = Pick<MemoryTable<string>, 'get' | 'peek' | 'set' | 'delete' | 'clear'>;

function apply(table: Steppable, { op, key, size }: Step, at: number): unknown {
  if (op === 'set') return table.set(key, String(at), size);
  return op === 'clear' ? table.clear() : table[op](key);
}

interface Entry {
  readonly key: string;
  value: string;
  size: number;
  cameAt: number;
  usedAt: number;
  uses: number;
}

/** A policy as one would write it without a thought for speed. `queue`: entries in order of their arrival. */
interface Chooser {
  choose(queue: readonly Entry[]): Entry;
  leaves?(entry: Entry, queue: readonly Entry[]): void;
}

const least = (queue: readonly Entry[], ...by: ((entry: Entry) => number)[]): Entry =>
  queue.toSorted((a, b) => by.map((of) => of(a) - of(b)).find((order) => order !== 0) ?? 0)[0]!;

const CHOOSERS: Readonly<Record<Exclude<PolicyName, 'gdsf'>, () => Chooser>> = {
  fifo: () => ({ choose: (queue) => queue[0]! }),
  lru: () => ({ choose: (queue) => least(queue, ({ usedAt }) => usedAt) }),
  mru: () => ({ choose: (queue) => least(queue, ({ usedAt }) => -usedAt) }),
  lfu: () => ({
    choose: (queue) =>
      least(
        queue,
        ({ uses }) => uses,
        ({ usedAt }) => usedAt,
      ),
  }),
  sieve() {
    let hand: Entry | undefined;
    return {
      choose(queue) {
        hand ??= queue[0]!;
        while (hand.uses > 1) {
          hand.uses = 1;
          hand = queue[queue.indexOf(hand) + 1] ?? queue[0]!;
        }
        return hand;
      },
      leaves(entry, queue) {
        if (entry === hand) hand = queue[queue.indexOf(entry) + 1];
      },
    };
  },
};

function modelOf(
  create: () => Chooser,
  maxEntries: number,
): { model: Steppable & { state(): unknown }; evicted: string[] } {
  const evicted: string[] = [];
  let chooser = create();
  let queue: Entry[] = [];
  let time = 0;
  const find = (key: string) => queue.find((entry) => entry.key === key);
  const sum = (): number => queue.reduce((total, { size }) => total + size, 0);

  function leave(entry: Entry): void {
    chooser.leaves?.(entry, queue);
    queue = queue.filter((other) => other !== entry);
  }

  function use(entry: Entry | undefined): void {
    if (entry !== undefined) Object.assign(entry, { usedAt: ++time, uses: entry.uses + 1 });
  }

  function makeRoom(size: number, entries: number, newest?: Entry): void {
    let takes = [size, entries] as [number, number];
    while (sum() + takes[0] > MAX_SIZE || queue.length + takes[1] > maxEntries) {
      const entry = chooser.choose(queue);
      leave(entry);
      if (entry === newest) takes = [entry.size, 1];
      else evicted.push(`${entry.key} ${entry.size}`);
    }
    // Its turn came although it was just replaced: it begins anew.
    if (newest !== undefined && !queue.includes(newest)) come(newest);
  }

  function come(entry: Entry): void {
    queue.push(Object.assign(entry, { cameAt: ++time, usedAt: time, uses: 1 }));
  }

  const model = {
    get(key: string) {
      use(find(key));
      return find(key)?.value;
    },
    peek: (key: string) => find(key)?.value,
    set(key: string, value: string, size: number) {
      const known = find(key);
      if (known !== undefined && size > MAX_SIZE) leave(known);
      if (size > MAX_SIZE) return false;
      use(known);
      if (known !== undefined) makeRoom(0, 0, Object.assign(known, { value, size }));
      else {
        makeRoom(size, 1);
        come({ key, value, size, cameAt: 0, usedAt: 0, uses: 0 });
      }
      return true;
    },
    delete(key: string) {
      const known = find(key);
      if (known !== undefined) leave(known);
      return known !== undefined;
    },
    clear() {
      queue = [];
      chooser = create();
    },
    state: () => [sum(), queue.length],
  };
  return { model, evicted };
}

test.each(['lru', 'fifo', 'mru', 'lfu', 'sieve'] as const)(
  '%s keeps and evicts what its model does',
  (name) => {
    fc.assert(
      fc.property(steps, limits, (run, maxEntries) => {
        const { table, evicted } = tableOf(name, maxEntries);
        const { model, evicted: expected } = modelOf(CHOOSERS[name], maxEntries);
        for (const [at, step] of run.entries()) {
          expect(apply(table, step, at)).toBe(apply(model, step, at));
          expect([table.size, table.entries]).toEqual(model.state());
        }
        expect(evicted).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  },
);

test.each(['fifo', 'mru', 'lfu'] as const)('%s: an entry that grows stays, and is the next to go', (name) => {
  const { table, evicted } = tableOf(name, 3);
  table.set('grows', '1', 3);
  table.set('other', '2', 6);
  if (name === 'mru') table.get('grows');
  if (name === 'lfu') for (let use = 0; use < 5; use++) table.get('other');
  expect(table.set('grows', '3', 6)).toBe(true);
  expect([evicted, table.size]).toEqual([['other 6'], 6]);
  expect(table.set('new', '4', 6)).toBe(true);
  expect([evicted, table.size]).toEqual([['other 6', 'grows 6'], 6]);
});

test('lru evicts what lru-cache evicts', () => {
  fc.assert(
    fc.property(steps, limits, (run, max) => {
      const { table, evicted } = tableOf('lru', max);
      const expected: string[] = [];
      const oracle = new LRUCache<string, { readonly size: number }>({
        max,
        maxSize: MAX_SIZE,
        dispose: ({ size }, key, reason) => void (reason === 'evict' && expected.push(`${key} ${size}`)),
      });
      for (const [at, step] of run.entries()) {
        apply(table, step, at);
        const { op, key, size } = step;
        if (op === 'set') oracle.set(key, { size }, { size });
        else if (op === 'clear') oracle.clear();
        else oracle[op](key);
      }
      expect(evicted).toEqual(expected);
      expect([table.size, table.entries]).toEqual([oracle.calculatedSize, oracle.size]);
    }),
    { numRuns: 500 },
  );
});
