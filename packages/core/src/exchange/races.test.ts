import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type InvalidationLog, REMOVED } from '../invalidation/log.js';
import { asShipped, built, type MakeEngine, type Variant } from '../testing/races/engines.js';
import { asking, stampsLate } from '../testing/races/wrong-parts.js';
import { play } from '../testing/races/play.js';
import { type Script, scripts } from '../testing/races/script.js';

const property = (make: MakeEngine): fc.IAsyncProperty<[fc.Scheduler, Script]> =>
  fc.asyncProperty(fc.scheduler(), scripts, async (scheduler, script) => {
    const problems = await play(scheduler, script, make);
    if (problems.length > 0) throw new Error(problems.join('; '));
  });

const deaf = (log: InvalidationLog): InvalidationLog => asking(log, { staleSince: () => Infinity });

/** Has a table of one record, and takes what is not in it for never invalidated. */
function forgetful(log: InvalidationLog): InvalidationLog {
  let last = { at: 0, names: [] as readonly string[] };
  return asking(log, {
    staleSince: (at, names) =>
      last.at > at && last.names.some((name) => names.includes(name)) ? REMOVED : Infinity,
    append(names, mode) {
      const appended = log.append(names, mode);
      last = { at: log.position, names };
      return appended;
    },
  });
}

const RIGHT: Record<string, MakeEngine> = {
  'the cache': asShipped,
  'the same rooms, put together here': built({}),
  'a log with room for two names': built({ maxNames: 2 }),
  'flights that let everybody join: their landing is compared all the same': built({
    logOf: (room, log) => (room === 'flights' ? deaf(log) : log),
  }),
};

const OLD = /has version \d+, needed/;

/** Variants that are wrong, and what is found when scripts are played against them. */
const WRONG: readonly (readonly [title: string, finds: RegExp, variant: Variant])[] = [
  ['a position taken when the answer is stored', OLD, stampsLate(() => true)],
  ['the same for background refreshes only', OLD, stampsLate((view) => view.refresh === true)],
  ['a storage that ignores the log', OLD, { logOf: (room, log) => (room === 'storage' ? deaf(log) : log) }],
  [
    'nobody who compares when a request joins a flight and when it lands',
    OLD,
    { logOf: (room, log) => (room === 'storage' ? log : deaf(log)) },
  ],
  ['a log that forgets', OLD, { log: forgetful }],
  ['unsafe methods that invalidate nothing', OLD, { rooms: (rooms) => ({ ...rooms, invalidate: () => 0 }) }],
  [
    'a log that takes remove for stale',
    OLD,
    {
      log: (log) => asking(log, { append: (names) => log.append(names, 'stale') }),
    },
  ],
  [
    'a log that ignores stale',
    OLD,
    {
      log: (log) =>
        asking(log, {
          staleSince: (at, names) => (log.staleSince(at, names) === REMOVED ? REMOVED : Infinity),
        }),
    },
  ],
  [
    'flights that never land',
    /requests hang; \d+ flights are left/,
    {
      rooms: (rooms) => ({
        ...rooms,
        flights: {
          ...rooms.flights,
          lead: (key, names) => ({ position: rooms.flights.lead(key, names)!.position, land() {} }),
        },
      }),
    },
  ],
  [
    'a storage that takes variants for one another',
    /of another page or variant/,
    {
      rooms: (rooms) => ({
        ...rooms,
        storage: { ...rooms.storage, keep: (key, response) => rooms.storage.keep(key, response, {}, []) },
      }),
    },
  ],
];

describe('C01, C02, C10: whatever happens in whatever order, no answer is older than the last invalidation', () => {
  test.each(Object.entries(RIGHT))(
    'with %s',
    async (_name, make) => {
      const found = await fc.check(property(make), { numRuns: 1500 });
      expect(await fc.asyncDefaultReportMessage(found)).toBeUndefined();
    },
    30_000,
  );

  // The same seed every time: this is about the test, not about the cache.
  test.each(WRONG)(
    'not with %s',
    async (_title, finds, variant) => {
      const found = await fc.check(property(built(variant)), { numRuns: 1500, seed: 1, endOnFailure: true });
      expect(found.errorInstance).toMatchObject({ message: expect.stringMatching(finds) as string });
    },
    30_000,
  );
});
