import cluster from 'node:cluster';
import { createAdvisor, isOneOfSeveral } from './advice.js';
import { createValues, type StoredValue } from './data/values.js';
import { createData, type DataCache } from './data/wrap.js';
import { ShelflifeError } from './errors.js';
import { createEmitter, type Subscribe } from './events.js';
import { createCounters } from './exchange/counters.js';
import { createFlights } from './exchange/flights.js';
import { createOpen } from './exchange/open.js';
import { createRefresher } from './exchange/refresh.js';
import type { Rooms } from './exchange/rooms.js';
import { createStorage, type Kept } from './exchange/storage.js';
import type { Outcome } from './exchange/types.js';
import { createUncacheables } from './exchange/uncacheables.js';
import type { RequestView } from './http/message.js';
import { createProcessLog } from './invalidation/process-log.js';
import { type InvalidationTarget, namesOfTarget } from './invalidation/target.js';
import { createLru } from './memory/lru.js';
import { createMemoryTable, type MemoryTable } from './memory/table.js';
import { type CacheOptions, resolveNamed, resolveOptions } from './options.js';
import { type ResolvedRule, resolveRule } from './rule/resolve.js';
import type { Rule } from './rule/rule.js';
import { type CacheStats, statsOf } from './stats.js';
import { createStoreTier } from './store/tier.js';

/** Proof of an invalidation. */
export interface Receipt {
  /** Its place in the order of invalidations. */
  readonly token: string;
}

/** A cache for responses, and for the data they are made of. One is enough for an application; adapters put it in front of handlers. */
export interface Cache extends DataCache {
  /**
   * Asks what to do with a request. Synchronous when the memory tier can tell and no other request has to be
   * waited for; never throws and never rejects. For adapters.
   */
  open(view: RequestView, rule: ResolvedRule): Outcome | Promise<Outcome>;
  /**
   * Reads and checks a rule once, at start: a rule, the name of a profile, or nothing for the cache's defaults.
   * `over`: options that take the place of those of `rule`.
   * @throws ShelflifeError `ERR_OPTION` with the fix in its message.
   */
  rule(rule?: Rule<never> | ResolvedRule | string, over?: Rule<never>): ResolvedRule;
  /**
   * Makes stored responses invalid. Whatever a handler read before this call is never served after it resolved,
   * not even when the handler is still running.
   * @throws ShelflifeError `ERR_TARGET` (as a rejection) when there is nothing to invalidate; `ERR_CLOSED`.
   */
  invalidate(target: InvalidationTarget): Promise<Receipt>;
  stats(): CacheStats;
  /** Calls `listener` for events of a type, or all (`'*'`); returns the way to stop it. Also published on `diagnostics_channel` as `shelflife:<type>`. */
  readonly on: Subscribe;
  /**
   * Lets the answers that are being made arrive (10 seconds at most), ends background work and closes the store.
   * Requests that come afterwards go to the handler.
   * @throws ShelflifeError `ERR_STORE` (as a rejection) when the store cannot be closed.
   */
  close(): Promise<void>;
}

const DRAIN_MS = 10_000;
const STORE_DEADLINE_MS = 50;

/**
 * Makes a cache.
 * @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value.
 */
export function createCache(options: CacheOptions = {}): Cache {
  const resolved = resolveOptions(options);
  const { name, clock } = resolved;
  const events = createEmitter();
  const advise = createAdvisor(resolved.advice, (advice) => events.emit('advice', advice));
  const counters = createCounters();
  const log = createProcessLog({ clock });
  const memory = createMemoryTable<Kept | StoredValue>({
    ...resolved.memory,
    policy: createLru(),
    onEvict(key, _item, size) {
      counters.evictions++;
      if (events.wants('evicted')) events.emit('evicted', { key, size });
    },
  });
  const tier =
    resolved.store &&
    createStoreTier(resolved.store, {
      clock,
      namespace: resolved.namespace,
      deadline: STORE_DEADLINE_MS,
      logId: log.id,
      failed: (operation, error) => events.emit('store-failed', { operation, error }),
    });
  const flights = createFlights(clock, log);
  const refresher = createRefresher(clock, events, () => counters.refreshes++);

  function invalidate(names: readonly string[], mode: 'remove' | 'stale' = 'remove'): number {
    const position = log.append(names, mode);
    counters.invalidations++;
    events.emit('invalidated', { names, mode, position });
    return position;
  }

  // Responses and values share one budget; their keys never meet.
  const responses = memory as MemoryTable<Kept>;
  const rooms: Rooms = {
    name,
    clock,
    log,
    flights,
    refresher,
    events,
    counters,
    advise,
    invalidate,
    storage: createStorage({ clock, log, memory: responses, tier }),
    uncacheables: createUncacheables(clock),
  };
  const open = createOpen(rooms);
  const data = createData({
    values: createValues(memory, log, clock),
    log,
    clock,
    defaultTtl: resolved.defaults.ttl,
    invalidate,
  });
  let closed: Promise<void> | undefined;

  const hasOnlyMemory = tier === undefined && resolved.memory.maxSize > 0;
  // Later, so that listeners hear of it.
  if (hasOnlyMemory && isOneOfSeveral(cluster.isWorker, process.env)) process.nextTick(advise, 'CLUSTER');

  async function drain(): Promise<void> {
    refresher.close();
    let cancel = (): void => {};
    await Promise.race([
      flights.idle(),
      new Promise<void>((resolve) => (cancel = clock.after(DRAIN_MS, resolve))),
    ]);
    cancel();
    memory.clear();
    await tier?.drain();
  }

  return {
    ...data,
    open: (view, rule) => open(view, rule, closed !== undefined),
    rule: (rule, over = {}) => resolveRule('rule', over, resolveNamed(rule, resolved)),
    async invalidate(target) {
      if (closed !== undefined) throw new ShelflifeError('ERR_CLOSED', 'invalidate(): the cache is closed.');
      return { token: `${log.id}:${invalidate(namesOfTarget(target), target.mode)}` };
    },
    stats: () =>
      statsOf(counters, {
        flights: flights.size,
        bytes: memory.size,
        maxBytes: resolved.memory.maxSize,
        entries: memory.entries,
      }),
    on: events.on,
    close: () => (closed ??= drain()),
  };
}
