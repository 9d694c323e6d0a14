import * as fc from 'fast-check';

/** What one of the processes is asked to do, or what happens to one of them or to the server. */
export type Step =
  | {
      readonly do: 'request';
      readonly node: number;
      readonly page: number;
      readonly work: Work;
      readonly sees: boolean;
    }
  | {
      readonly do: 'invalidate';
      readonly node: number;
      readonly page: number;
      readonly way: 'tag' | 'path' | 'all';
      readonly mode: 'remove' | 'stale';
      readonly durability: 'primary' | 'replicated';
    }
  | { readonly do: 'fault'; readonly node: number; readonly kind: FaultKind };

/** How a handler works: how long it takes, and whether it reads its data first or last. */
export interface Work {
  readonly ms: number;
  readonly readsLate: boolean;
}

export type FaultKind =
  | 'evict log'
  | 'evict entries'
  | 'trim'
  | 'fail over'
  | 'server down'
  | 'cut off'
  | 'mend'
  | 'crash'
  | 'stall'
  | 'bad weather'
  | 'slow weather'
  | 'good weather';

/** A run: steps with the milliseconds that pass before each. `seed` decides about every message. */
export interface Script {
  readonly seed: number;
  readonly maxStaleness: number;
  readonly store: boolean;
  /** Whether to look, when everything works again, that everything is right again. */
  readonly recovers: boolean;
  readonly steps: readonly (readonly [gapMs: number, step: Step])[];
}

export const NODES = 2;

const node = fc.nat(NODES - 1);
// Mostly one page: things should meet.
const page = fc.constantFrom(0, 0, 0, 1);
const work = fc.record<Work>({ ms: fc.constantFrom(0, 5, 60, 700, 2500), readsLate: fc.boolean() });

const request = fc.record({
  do: fc.constant('request' as const),
  node,
  page,
  work,
  sees: fc.constantFrom(false, false, true),
});
const invalidate = fc.record({
  do: fc.constant('invalidate' as const),
  node,
  page,
  way: fc.constantFrom('tag' as const, 'tag' as const, 'path' as const, 'all' as const),
  mode: fc.constantFrom('remove' as const, 'remove' as const, 'stale' as const),
  durability: fc.constantFrom('primary' as const, 'replicated' as const),
});
const fault = fc.record({
  do: fc.constant('fault' as const),
  node,
  kind: fc.constantFrom<FaultKind>(
    ...(['evict log', 'evict entries', 'trim', 'fail over', 'server down', 'cut off'] as const),
    ...(['mend', 'crash', 'stall', 'bad weather', 'good weather'] as const),
  ),
});

const gap = fc.constantFrom(0, 0, 1, 3, 20, 90, 400, 1900);
const single = fc.tuple(
  gap,
  fc.oneof(
    { arbitrary: request, weight: 6 },
    { arbitrary: invalidate, weight: 2 },
    { arbitrary: fault, weight: 2 },
  ),
);

type Timed = readonly [gapMs: number, step: Step];

const ask = (at: number): Step => ({
  do: 'request',
  node: at,
  page: 0,
  work: { ms: 0, readsLate: false },
  sees: false,
});
const purge = (at: number, what: number): Step => ({
  do: 'invalidate',
  node: at,
  page: what,
  way: 'tag',
  mode: 'remove',
  durability: 'primary',
});
const happens = (kind: FaultKind, at = 0): Step => ({ do: 'fault', node: at, kind });

/** What chance alone brings together too seldom: a process is away while others go on, and comes back. */
const absence = fc
  .tuple(node, gap, gap, fc.constantFrom<FaultKind>('trim', 'evict log', 'fail over', 'stall'))
  .map(([away, first, second, damage]): readonly Timed[] => [
    [20, ask(away)],
    [20, happens('cut off', away)],
    [first, purge(1 - away, 0)],
    [20, purge(1 - away, 1)],
    [second, happens(damage, away)],
    [90, happens('mend')],
    [20, ask(away)],
    [1900, ask(away)],
  ]);

/** Answers that take long, and then none. */
const slowness = fc
  .tuple(node, gap, fc.constantFrom(2010, 2100, 2400, 2900))
  .map(([away, first, wait]): readonly Timed[] => [
    [20, ask(away)],
    [700, happens('slow weather')],
    [first + 700, purge(1 - away, 0)],
    [1, happens('cut off', away)],
    [wait, ask(away)],
    [90, ask(away)],
    [0, happens('good weather')],
    [20, happens('mend')],
  ]);

const steps = fc
  .array(
    fc.oneof(
      { arbitrary: single.map((one): readonly Timed[] => [one]), weight: 12 },
      { arbitrary: absence, weight: 1 },
      { arbitrary: slowness, weight: 1 },
    ),
    { minLength: 2, maxLength: 7 },
  )
  .map((fragments) => fragments.flat());

export const scripts: fc.Arbitrary<Script> = fc.record({
  seed: fc.integer(),
  maxStaleness: fc.constantFrom(2000, 2000, 2000, 0),
  store: fc.boolean(),
  recovers: fc.constantFrom(false, false, false, true),
  steps,
});
