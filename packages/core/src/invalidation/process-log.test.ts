import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { START } from '../testing/made.js';
import { type InvalidationMode, REMOVED } from './log.js';
import { createProcessLog } from './process-log.js';
import { ALL } from './tags.js';

describe('the log of a process', () => {
  test('nothing is invalid in the beginning', () => {
    const log = createProcessLog({ clock: fakeClock() });
    expect([log.position, log.staleSince(0, ['a'])]).toEqual([0, Infinity]);
  });

  test.each<[string, readonly string[], InvalidationMode, number]>([
    ['a name', ['a'], 'remove', REMOVED],
    ['a name among others', ['x', 'a'], 'remove', REMOVED],
    ['another name', ['x'], 'remove', Infinity],
    ['a name, as stale', ['a'], 'stale', START],
    ['another name, as stale', ['x'], 'stale', Infinity],
    ['everything', [ALL], 'remove', REMOVED],
    ['everything and a name', ['x', ALL], 'remove', REMOVED],
    ['everything, as stale', [ALL], 'stale', START],
  ])('%s', async (_title, names, mode, expected) => {
    const clock = fakeClock();
    const log = createProcessLog({ clock });
    const appended = log.append(names, mode);
    // At once, before anything is awaited.
    expect([log.position, log.confirm()]).toEqual([1, undefined]);
    expect(await appended).toBe(1);
    clock.advance(1000);
    expect(log.staleSince(0, ['b', 'a'])).toBe(expected);
    expect(log.staleSince(0, [])).toBe(names.includes(ALL) ? expected : Infinity);
    // What was filled afterwards is untouched, also when more happens later.
    expect(log.staleSince(1, ['b', 'a'])).toBe(Infinity);
    void log.append(['y'], 'remove');
    expect(log.staleSince(1, ['b', 'a'])).toBe(Infinity);
  });

  test('removed is stronger than stale, in both orders', () => {
    for (const modes of [['remove', 'stale'] as const, ['stale', 'remove'] as const]) {
      const log = createProcessLog({ clock: fakeClock() });
      for (const mode of modes) void log.append(['a'], mode);
      expect(log.staleSince(0, ['a'])).toBe(REMOVED);
    }
  });

  test('what is invalidated as stale again has been stale since the first time', () => {
    const clock = fakeClock();
    const log = createProcessLog({ clock });
    void log.append(['a'], 'stale');
    clock.advance(5000);
    void log.append(['a'], 'stale');
    expect(log.staleSince(0, ['a'])).toBe(START);
    expect(log.staleSince(1, ['a'])).toBe(START + 5000);
  });

  test('what was invalidated as stale nine times, and never filled again, is removed', () => {
    const log = createProcessLog({ clock: fakeClock() });
    for (let times = 0; times < 8; times++) void log.append(['a'], 'stale');
    expect(log.staleSince(0, ['a'])).toBe(START);
    void log.append(['a'], 'stale');
    expect([log.staleSince(0, ['a']), log.staleSince(1, ['a'])]).toEqual([REMOVED, START]);
  });

  test('a name that comes again is not the one that is forgotten', () => {
    const log = createProcessLog({ clock: fakeClock(), maxNames: 2 });
    for (const name of ['a', 'b', 'a', 'c']) void log.append([name], 'remove');
    // b went, and with it what was filled before its position, which was 2.
    expect(log.staleSince(1, ['never invalidated'])).toBe(REMOVED);
    expect(log.staleSince(2, ['never invalidated'])).toBe(Infinity);
    expect(log.staleSince(2, ['a'])).toBe(REMOVED);
  });

  test('positions that it never gave are of another log', () => {
    const log = createProcessLog({ clock: fakeClock() });
    expect([log.staleSince(1, ['a']), log.staleSince(-1, ['a'])]).toEqual([REMOVED, REMOVED]);
    expect(log.id).not.toBe(createProcessLog({ clock: fakeClock() }).id);
  });
});

interface Entry {
  readonly names: readonly string[];
  readonly mode: InvalidationMode;
  readonly at: number;
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** The log as one would write it without a thought for memory: it never forgets. Entry 0 has position 1. */
function naive(entries: readonly Entry[], filled: number, names: readonly string[]): number {
  const hits = entries
    .slice(filled)
    .filter((entry) => entry.names.includes(ALL) || entry.names.some((name) => names.includes(name)));
  if (hits.some(({ mode }) => mode === 'remove')) return REMOVED;
  return Math.min(Infinity, ...hits.map(({ at }) => at));
}

/** The position of the last invalidation of a name that is not among the last `maxNames`. */
function floorOf(entries: readonly Entry[], maxNames: number): number {
  const known = new Set<string>();
  for (let at = entries.length; at > 0; at--)
    for (const name of entries[at - 1]!.names.toReversed()) if (known.add(name).size > maxNames) return at;
  return 0;
}

describe('property: the log', () => {
  const steps = fc.array(
    fc.record({
      names: fc.uniqueArray(fc.constantFrom(...NAMES, ...NAMES, ALL), { minLength: 1, maxLength: 3 }),
      mode: fc.constantFrom<InvalidationMode>('remove', 'stale', 'stale'),
      wait: fc.nat(3),
    }),
    { maxLength: 40 },
  );

  test('says what one says that never forgets, or REMOVED for what lies below the floor', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (script, maxNames) => {
        const clock = fakeClock();
        const log = createProcessLog({ clock, maxNames });
        const entries: Entry[] = [];
        for (const { names, mode, wait } of script) {
          clock.advance(wait);
          entries.push({ names, mode, at: clock.now() });
          void log.append(names, mode);
          expect(log.position).toBe(entries.length);
        }
        const floor = floorOf(entries, maxNames);
        for (let filled = 0; filled <= entries.length; filled++) {
          for (const names of [[], ['a'], ['b', 'c'], NAMES]) {
            const said = log.staleSince(filled, names);
            if (said === REMOVED && (filled < floor || isTooOftenStale(entries, filled, names))) continue;
            expect(said).toBe(naive(entries, filled, names));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  /** Of each name the last eight invalidations as stale are known. */
  function isTooOftenStale(entries: readonly Entry[], filled: number, names: readonly string[]): boolean {
    return [...names, ALL].some(
      (name) => entries.slice(filled).filter((entry) => entry.names.includes(name)).length > 8,
    );
  }
});
