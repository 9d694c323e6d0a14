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
import { createLru } from '../../memory/recency.js';
import { createMemoryTable, type MemoryTable } from '../../memory/table.js';
import type { ResolvedRule } from '../../rule/resolve.js';
import type { Store } from '../../store/store.js';
import { createStoreTier } from '../../store/tier.js';
import type { Clock } from '../../clock.js';
import type { LogTransport } from '../../invalidation/transport.js';

/** What a script is played against: a cache, or rooms that were put together in a wrong way. */
export interface Engine {
  open(view: RequestView, rule: ResolvedRule): Outcome | Promise<Outcome>;
  /** Resolves when it is acknowledged, to its token. */
  invalidate(target: InvalidationTarget): Promise<string>;
  /** See `Cache.confirm`. */
  confirm(token: string): Promise<boolean>;
  /** Flights in the air. */
  flights(): number;
}

/** What an engine is made of. */
export interface Ingredients {
  readonly clock: Clock;
  readonly store?: Store;
  /** A memory tier of one entry, so that the store is read all the time. */
  readonly tiny: boolean;
  /** Several processes share this. */
  readonly transport?: LogTransport;
  /** Milliseconds; only with a transport. */
  readonly maxStaleness?: number;
  /** 0 to 1. */
  readonly random?: () => number;
}

export type MakeEngine = (ingredients: Ingredients) => Engine;

const entriesOf = (tiny: boolean): number => (tiny ? 1 : 1000);

/** The cache as users get it. */
export const asShipped: MakeEngine = ({ clock, store, tiny, transport, maxStaleness = 5000 }) => {
  const cache = createCache({
    clock,
    memory: { maxEntries: entriesOf(tiny) },
    maxStaleness: maxStaleness === 0 ? 0 : `${maxStaleness}ms`,
    ...(store && { store }),
    ...(transport && { log: transport }),
  });
  return {
    ...cache,
    invalidate: async (target) => (await cache.invalidate(target)).token,
    flights: () => cache.stats().flights,
  };
};

/** What may be put together in another way than `cache.ts` does it. */
export interface Variant {
  readonly log?: (log: InvalidationLog, ingredients: Ingredients) => InvalidationLog;
  /** The logs that single rooms are given. */
  readonly logOf?: (room: 'flights' | 'storage' | 'open', log: InvalidationLog) => InvalidationLog;
  readonly rooms?: (rooms: Rooms) => Rooms;
  /** Told of every request before it is opened. */
  readonly opening?: (view: RequestView) => void;
  readonly maxNames?: number;
  /** In place of the memory tier as it is. */
  readonly memory?: () => MemoryTable<Kept>;
}

/** Puts the rooms together as `cache.ts` does, but for the variant. */
export const built =
  ({
    log: change = (log) => log,
    logOf = (_room, log) => log,
    rooms = (same) => same,
    opening,
    maxNames = 1000,
    memory: makeMemory,
  }: Variant): MakeEngine =>
  (ingredients) => {
    const { clock, store, tiny } = ingredients;
    const log = change(createProcessLog({ clock, maxNames }), ingredients);
    const events = createEmitter();
    const memory =
      makeMemory?.() ??
      createMemoryTable<Kept>({
        maxSize: 1e6,
        maxEntries: entriesOf(tiny),
        policy: createLru,
        clock,
      });
    const guard = { clock, namespace: '', deadline: 50, logId: log.id, failed() {} };
    const tier = store && createStoreTier(store, guard);
    const flights = createFlights(clock, logOf('flights', log));
    const invalidate: Rooms['invalidate'] = (names, mode = 'remove') => void log.append(names, mode);
    const open = createOpen(
      rooms({
        name: 'built',
        clock,
        log: logOf('open', log),
        flights,
        events,
        invalidate,
        storage: createStorage({ clock, log: logOf('storage', log), memory, tier }),
        // No rule of the races compresses.
        codings: { choose: (_key, stored) => stored, sizeOf: () => 0, knows: () => false },
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
      async invalidate(target) {
        return String(await log.append(namesOfTarget(target), target.mode ?? 'remove', target.durability));
      },
      confirm: async (token) => (await log.confirm(Number(token))) ?? true,
      flights: () => flights.size,
    };
  };
