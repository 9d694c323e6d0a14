import cluster from 'node:cluster';
import { createAdvisor, isOneOfSeveral } from './advice.js';
import type { Cache, Receipt } from './cache-types.js';
import { createDataCounters } from './data/counters.js';
import { createData } from './data/data.js';
import { createSealer } from './data/seal.js';
import { createValues, type KeptValue } from './data/values.js';
import { debugLine } from './debug.js';
import { ShelflifeError } from './errors.js';
import { type CacheEvent, createEmitter } from './events.js';
import { type Codings, createCodings } from './exchange/codings.js';
import { createCounters } from './exchange/counters.js';
import { createExplain } from './exchange/explain.js';
import { createFlights } from './exchange/flights.js';
import { createLeases as createResponseLeases } from './exchange/leases.js';
import { createOpen } from './exchange/open.js';
import { createResponseCodec } from './exchange/packing.js';
import { createRecall } from './exchange/recall.js';
import { createRefresher } from './exchange/refresh.js';
import { createScope } from './exchange/scope.js';
import type { Rooms } from './exchange/rooms.js';
import { createStorage, type Kept } from './exchange/storage.js';
import { createUncacheables } from './exchange/uncacheables.js';
import { createLog } from './invalidation/create.js';
import { createDependencies } from './invalidation/dependencies.js';
import type { InvalidationMode } from './invalidation/log.js';
import { namesOfTarget } from './invalidation/target.js';
import { createMemoryTable, type MemoryTable } from './memory/table.js';
import { createFetcher } from './outbound/fetcher.js';
import { createFetchRooms } from './outbound/rooms.js';
import { type CacheOptions, resolveNamed, resolveOptions } from './options.js';
import { resolveRule } from './rule/resolve.js';
import { statsOf } from './stats.js';
import { createLeases } from './store/leases.js';
import { createStoreTier } from './store/tier.js';

export type { Cache, Receipt };

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
  if (process.env['SHELFLIFE_DEBUG'] === '1') events.on('*', (event) => debug(name, event));
  const advise = createAdvisor(resolved.advice, (advice) => events.emit('advice', advice));
  const counters = createCounters();
  const dataCounters = createDataCounters();
  const log = createLog(resolved.invalidation, clock, events);
  const memory = createMemoryTable<Kept | KeptValue>({
    ...resolved.memory,
    clock,
    codec: createResponseCodec((body) => codings.knows(body)),
    onEvict(key, size) {
      counters.evictions++;
      if (events.wants('evicted')) events.emit('evicted', { key, size });
    },
  });
  const tier =
    resolved.store &&
    createStoreTier(resolved.store, {
      clock,
      namespace: resolved.namespace,
      deadline: resolved.store.deadline ?? STORE_DEADLINE_MS,
      logId: log.id,
      failed: (operation, error) => events.emit('store-failed', { operation, error }),
      changed: (change) => events.emit('store-changed', { ...change }),
    });
  const leases = createLeases(clock, tier);
  const flights = createFlights(clock, log);
  const scope = createScope();
  const dependencies = createDependencies();
  const refresher = createRefresher(clock, events, () => counters.refreshes++);

  function append(
    names: readonly string[],
    mode: InvalidationMode = 'remove',
    durability = resolved.invalidation.durability,
  ): Promise<number> {
    counters.invalidations++;
    return log.append(dependencies.below(names), mode, durability);
  }

  function invalidate(names: readonly string[], mode?: InvalidationMode): void {
    append(names, mode).catch((error: ShelflifeError) =>
      events.emit('invalidation-failed', { names, error }),
    );
  }

  // Responses and values share one budget; their keys never meet.
  const responses = memory as MemoryTable<Kept>;
  const values = memory as MemoryTable<KeptValue>;
  const storage = createStorage({
    clock,
    log,
    memory: responses,
    tier,
    codedSize: (body) => codings.sizeOf(body),
  });
  const codings: Codings = createCodings(clock, storage);
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
    storage,
    leases: createResponseLeases({ clock, leases, storage }),
    codings,
    uncacheables: createUncacheables(clock),
    scope,
    above: dependencies.above,
  };
  const open = createOpen(rooms);
  const explain = createExplain(rooms);
  const fetchRooms = createFetchRooms({ ...rooms, scope, above: dependencies.above });
  const { data, sources, idle } = createData({
    values: createValues({ clock, log, memory: values, tier, sealer: createSealer(resolved.values) }),
    scope,
    dependencies,
    events,
    counters: dataCounters,
    leases,
    log,
    clock,
    defaultTtl: resolved.defaults.ttl,
    invalidate: append,
    isShared: resolved.invalidation.transport !== undefined,
  });
  let closed: Promise<void> | undefined;

  const hasOnlyMemory =
    tier === undefined && resolved.invalidation.transport === undefined && resolved.memory.maxSize > 0;
  void resolved.store?.check?.().then((all) => all.forEach(({ code, message }) => advise(code, message)));
  // Later, so that listeners hear of it.
  if (hasOnlyMemory && isOneOfSeveral(cluster.isWorker, process.env)) process.nextTick(advise, 'CLUSTER');

  async function drain(): Promise<void> {
    refresher.close();
    for (const stop of fetchRooms.refreshing) stop();
    let cancel = (): void => {};
    await Promise.race([
      Promise.all([flights.idle(), idle(), fetchRooms.calls.idle()]),
      new Promise<void>((resolve) => (cancel = clock.after(DRAIN_MS, resolve))),
    ]);
    cancel();
    memory.clear();
    await log.close();
    await tier?.drain();
  }

  return {
    ...data,
    clock,
    sources: {
      ...sources,
      get isClosed() {
        return closed !== undefined;
      },
    },
    open: (view, rule) => open(view, rule, closed !== undefined),
    recall: createRecall(rooms, responses, () => closed !== undefined),
    rule: (rule, over = {}) => resolveRule('rule', over, resolveNamed(rule, resolved)),
    async invalidate(target) {
      if (closed !== undefined) throw new ShelflifeError('ERR_CLOSED', 'invalidate(): the cache is closed.');
      const names = namesOfTarget(target);
      return { token: `${log.id}:${await append(names, target.mode, target.durability)}` };
    },
    async confirm(token) {
      return (await log.confirm(positionIn(token, log.id))) ?? true;
    },
    explain: (request, rule) => explain(request, resolveNamed(rule, resolved), closed !== undefined),
    fetcher: (given = {}) => createFetcher(fetchRooms, given, () => closed !== undefined),
    stats: () =>
      statsOf(counters, {
        flights: flights.size,
        log: log.health,
        data: dataCounters,
        bytes: memory.size,
        maxBytes: resolved.memory.maxSize,
        entries: memory.entries,
      }),
    on: events.on,
    close: () => (closed ??= drain()),
  };
}

function debug(name: string, event: CacheEvent): void {
  const line = debugLine(name, event);
  if (line !== undefined) process.stderr.write(`${line}\n`);
}

/** The position of a token; that of another log, or what is no token, asks for all that is known now. */
function positionIn(token: string | undefined, logId: string): number {
  const position = token?.startsWith(`${logId}:`) === true ? Number(token.slice(logId.length + 1)) : NaN;
  return Number.isSafeInteger(position) ? position : Infinity;
}
