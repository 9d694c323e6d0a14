import type { Clock } from '../../clock.js';
import type { Kept } from '../../exchange/storage.js';
import type { InvalidationLog } from '../../invalidation/log.js';
import { createSharedLog, type SharedLogParts } from '../../invalidation/shared-log.js';
import { createInvalidationTable, type InvalidationTable } from '../../invalidation/table.js';
import type { LogTransport } from '../../invalidation/transport.js';
import type { Trust } from '../../invalidation/trust.js';
import type { MemoryTable } from '../../memory/table.js';
import type { Ingredients, Variant } from '../races/engines.js';
import { asking, stampsLate } from '../races/wrong-parts.js';

/** The shared log as it is, but for some parts. */
export const shared = (
  { transport, clock, maxStaleness = 2000, random = Math.random }: Ingredients,
  parts?: Partial<SharedLogParts>,
): InvalidationLog => createSharedLog({ transport: transport!, clock, maxStaleness, random }, parts);

/** A memory tier that costs nothing to make, since a simulation makes many. */
export function plainMemory(): MemoryTable<Kept> {
  const items = new Map<string, Kept>();
  return {
    get: (key) => items.get(key),
    peek: (key) => items.get(key),
    set: (key, item) => (items.set(key, item), true),
    delete: (key) => items.delete(key),
    clear: () => items.clear(),
    size: 0,
    get entries() {
      return items.size;
    },
  };
}

/** The rooms as they are, with the shared log. */
export const RIGHT: Variant = { memory: plainMemory, log: (_log, ingredients) => shared(ingredients) };

/** The same, over a transport that is changed first. */
const over = (change: (transport: LogTransport) => Partial<LogTransport>): Variant => ({
  ...RIGHT,
  log: (_log, ingredients) => {
    const transport = ingredients.transport!;
    return shared({ ...ingredients, transport: { ...transport, ...change(transport) } });
  },
});

/** Deletes what it has when it hears of an invalidation, and compares nothing when it reads. */
function pushed(log: InvalidationLog): InvalidationLog {
  // What was kept before the last record is gone; what is kept later is good, whenever it was made.
  return asking(log, {
    staleSince: (at, names) => (at >= log.position ? Infinity : log.staleSince(at, names)),
  });
}

function repliedTrust(clock: Clock, maxStaleness: number): Trust {
  let latest = -Infinity;
  return {
    get isGood() {
      return clock.now() < latest + maxStaleness;
    },
    get sentAt() {
      return latest;
    },
    renew: () => void (latest = clock.now()),
  };
}

/** Keeps of each name what came last, and not what is latest. */
function overwritten(): InvalidationTable {
  let table = createInvalidationTable();
  const last = new Map<string, Parameters<InvalidationTable['mark']>>();
  return {
    get floor() {
      return table.floor;
    },
    mark(names, mode, position, at) {
      for (const name of names) last.set(name, [[name], mode, position, at]);
      const { floor } = table;
      table = createInvalidationTable();
      table.raiseFloor(floor);
      for (const mark of last.values()) table.mark(...mark);
    },
    raiseFloor: (position) => table.raiseFloor(position),
    staleSince: (filled, names) => table.staleSince(filled, names),
    between: (...args) => table.between(...args),
  };
}

/** Cannot say what it knows. */
function silent(table: InvalidationTable): InvalidationTable {
  return {
    get floor() {
      return table.floor;
    },
    mark: (...args) => table.mark(...args),
    raiseFloor: (position) => table.raiseFloor(position),
    staleSince: (...args) => table.staleSince(...args),
    between: () => [],
  };
}

/** Makes every record seem to follow the one that was read before it. */
const chained = over((transport) => ({
  async read(after, ...rest) {
    const { records, last } = await transport.read(after, ...rest);
    let previous = after;
    return {
      last,
      records: records.map((record) => {
        const linked = { ...record, previous };
        previous = record.id;
        return linked;
      }),
    };
  },
}));

/** Takes a log that is gone for one in which nothing happened. */
const forgiving = over((transport) => ({
  async read(after, ...rest) {
    const { records, last } = await transport.read(after, ...rest);
    return {
      last: Math.max(last, after, 1),
      records: records.map((record) => (record.previous === 0 ? { ...record, previous: after } : record)),
    };
  },
}));

const joining: Variant = {
  ...RIGHT,
  logOf: (room, log) => (room === 'storage' ? log : asking(log, { staleSince: () => Infinity })),
};

/** Variants of the protocol that are wrong, each in the way that some cache is. */
export const WRONG: Readonly<Record<string, Variant>> = {
  'the position is taken when the answer is stored': { ...RIGHT, ...stampsLate(() => true) },
  'the push is trusted, nothing is compared': {
    ...RIGHT,
    logOf: (room, log) => (room === 'storage' ? pushed(log) : log),
  },
  'there is no trust window': {
    ...RIGHT,
    log: (_log, ingredients) => asking(shared(ingredients), { confirm: () => undefined }),
  },
  'the window counts from the answer': {
    ...RIGHT,
    log: (_log, ingredients) =>
      shared(ingredients, { trust: repliedTrust(ingredients.clock, ingredients.maxStaleness ?? 2000) }),
  },
  'what is known is overwritten, not merged': {
    ...RIGHT,
    log: (_log, ingredients) => shared(ingredients, { table: overwritten() }),
  },
  'a log that is missing is one in which nothing happened': forgiving,
  'predecessors are not compared': chained,
  'a late request joins any flight': joining,
  'what a failover lost is not told again': {
    ...RIGHT,
    log: (_log, ingredients) => shared(ingredients, { table: silent(createInvalidationTable()) }),
  },
};
