import { createCache } from '../../cache.js';
import { createEmitter } from '../../events.js';
import { createCounters } from '../../exchange/counters.js';
import { createFlights } from '../../exchange/flights.js';
import { createOpen } from '../../exchange/open.js';
import { createRefresher } from '../../exchange/refresh.js';
import type { Rooms } from '../../exchange/rooms.js';
import { createStorage, type Kept } from '../../exchange/storage.js';
import type { Outcome } from '../../exchange/types.js';
import { createUncacheables } from '../../exchange/uncacheables.js';
import type { RequestView } from '../../http/message.js';
import type { InvalidationLog } from '../../invalidation/log.js';
import { createProcessLog } from '../../invalidation/process-log.js';
import { type InvalidationTarget, namesOfTarget } from '../../invalidation/target.js';
import { createLru } from '../../memory/lru.js';
import { createMemoryTable } from '../../memory/table.js';
import type { ResolvedRule } from '../../rule/resolve.js';
import type { Store } from '../../store/store.js';
import { createStoreTier } from '../../store/tier.js';
import type { FakeClock } from '../fake-clock.js';

/** What a script is played against: a cache, or rooms that were put together in a wrong way. */
export interface Engine {
  open(view: RequestView, rule: ResolvedRule): Outcome | Promise<Outcome>;
  invalidate(target: InvalidationTarget): Promise<unknown>;
  /** Flights in the air. */
  flights(): number;
}

/** What an engine is made of. */
export interface Ingredients {
  readonly clock: FakeClock;
  readonly store?: Store;
  /** A memory tier of one entry, so that the store is read all the time. */
  readonly tiny: boolean;
}

export type MakeEngine = (ingredients: Ingredients) => Engine;

const entriesOf = (tiny: boolean): number => (tiny ? 1 : 1000);

/** The cache as users get it. */
export const asShipped: MakeEngine = ({ clock, store, tiny }) => {
  const cache = createCache({ clock, memory: { maxEntries: entriesOf(tiny) }, ...(store && { store }) });
  return { ...cache, flights: () => cache.stats().flights };
};

/** What may be put together in another way than `cache.ts` does it. */
export interface Variant {
  readonly log?: (log: InvalidationLog) => InvalidationLog;
  /** The logs that single rooms are given. */
  readonly logOf?: (room: 'flights' | 'storage' | 'open', log: InvalidationLog) => InvalidationLog;
  readonly rooms?: (rooms: Rooms) => Rooms;
  /** Told of every request before it is opened. */
  readonly opening?: (view: RequestView) => void;
  readonly maxNames?: number;
}

/** Puts the rooms together as `cache.ts` does, but for the variant. */
export const built =
  ({
    log: change = (log) => log,
    logOf = (_room, log) => log,
    rooms = (same) => same,
    opening,
    maxNames = 1000,
  }: Variant): MakeEngine =>
  ({ clock, store, tiny }) => {
    const log = change(createProcessLog({ clock, maxNames }));
    const events = createEmitter();
    const memory = createMemoryTable<Kept>({
      maxSize: 1e6,
      maxEntries: entriesOf(tiny),
      policy: createLru(),
    });
    const guard = { clock, namespace: '', deadline: 50, logId: log.id, failed() {} };
    const tier = store && createStoreTier(store, guard);
    const flights = createFlights(clock, logOf('flights', log));
    const invalidate: Rooms['invalidate'] = (names, mode = 'remove') => log.append(names, mode);
    const open = createOpen(
      rooms({
        name: 'built',
        clock,
        log: logOf('open', log),
        flights,
        events,
        invalidate,
        storage: createStorage({ clock, log: logOf('storage', log), memory, tier }),
        uncacheables: createUncacheables(clock),
        refresher: createRefresher(clock, events, () => {}),
        counters: createCounters(),
        advise() {},
      }),
    );
    return {
      open(view, rule) {
        opening?.(view);
        return open(view, rule, false);
      },
      invalidate: async (target) => void invalidate(namesOfTarget(target), target.mode),
      flights: () => flights.size,
    };
  };
