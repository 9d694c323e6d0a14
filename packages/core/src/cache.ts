import cluster from 'node:cluster';
import type { Clock } from './clock.js';
import { createAdvisor, isOneOfSeveral } from './advice.js';
import { createDataCounters } from './data/counters.js';
import { createData } from './data/data.js';
import type { DataCache } from './data/data-cache.js';
import { createSealer } from './data/seal.js';
import type { SourceReports } from './data/source-filter.js';
import { createValues, type KeptValue } from './data/values.js';
import { debugLine } from './debug.js';
import { ShelflifeError } from './errors.js';
import { type CacheEvent, createEmitter, type Subscribe } from './events.js';
import { type Codings, createCodings } from './exchange/codings.js';
import { createCounters } from './exchange/counters.js';
import { createExplain, type Explanation } from './exchange/explain.js';
import type { ExplainRequest } from './exchange/explain-view.js';
import { createFlights } from './exchange/flights.js';
import { createLeases as createResponseLeases } from './exchange/leases.js';
import { createOpen } from './exchange/open.js';
import { createResponseCodec } from './exchange/packing.js';
import { createRecall, type Recall } from './exchange/recall.js';
import { createRefresher } from './exchange/refresh.js';
import { createScope } from './exchange/scope.js';
import type { Rooms } from './exchange/rooms.js';
import { createStorage, type Kept } from './exchange/storage.js';
import type { Outcome } from './exchange/types.js';
import { createUncacheables } from './exchange/uncacheables.js';
import type { RequestView } from './http/message.js';
import { createLog } from './invalidation/create.js';
import { createDependencies } from './invalidation/dependencies.js';
import type { InvalidationMode } from './invalidation/log.js';
import { type InvalidationTarget, namesOfTarget } from './invalidation/target.js';
import { createMemoryTable, type MemoryTable } from './memory/table.js';
import { createFetcher } from './outbound/fetcher.js';
import type { Fetch, FetchOptions } from './outbound/options.js';
import { createFetchRooms } from './outbound/rooms.js';
import { type CacheOptions, resolveNamed, resolveOptions } from './options.js';
import { type ResolvedRule, resolveRule } from './rule/resolve.js';
import type { Rule } from './rule/rule.js';
import { type CacheStats, statsOf } from './stats.js';
import { createLeases } from './store/leases.js';
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
  /** What `open` would answer, for a request like one that it has answered from the same place. For adapters. */
  readonly recall: Recall;
  /**
   * Reads and checks a rule once, at start: a rule, the name of a profile, or nothing for the cache's defaults.
   * `false`: nothing is looked up or stored, and what unsafe methods change is invalidated.
   * `over`: options that take the place of those of `rule`.
   * @throws ShelflifeError `ERR_OPTION` with the fix in its message.
   */
  rule(rule?: Rule<never> | ResolvedRule | string | false, over?: Rule<never>): ResolvedRule;
  /**
   * Makes stored responses invalid. Whatever a handler read before this call is never served after it resolved,
   * not even when the handler is still running.
   * With a shared log: in this process; in the others at most `maxStaleness` later, or after `confirm(receipt.token)`.
   * @throws ShelflifeError (as a rejection) `ERR_TARGET` when there is nothing to invalidate, `ERR_NOT_ACKNOWLEDGED`
   * when the shared log did not confirm that it has it, `ERR_CLOSED`.
   */
  invalidate(target: InvalidationTarget): Promise<Receipt>;
  /**
   * Makes sure that this process knows an invalidation which another one acknowledged, for a client that is to see
   * its own change wherever it asks next. Resolves when it does, or to false when the log cannot be asked within its
   * deadline. Without a token: all that were acknowledged before this call.
   */
  confirm(token?: string): Promise<boolean>;
  stats(): CacheStats;
  /**
   * Why a request would be answered as it would: the decision in words and in the codes of `REASONS`. It looks into the
   * memory tier, runs the rule's functions with `request`, and changes nothing; the handler does not run.
   * @throws ShelflifeError `ERR_OPTION` when the rule is wrong, or the request has no `url`.
   */
  explain(request: ExplainRequest, rule?: Rule<never> | ResolvedRule | string): Explanation;
  /** What sources tell it. For `defineSource()`. */
  readonly sources: SourceReports;
  /**
   * A `fetch` that answers from this cache: for what other servers say. Without options it is a private cache
   * (RFC 9111) for each set of credentials; what is made of an answer is invalid with it and fresh no longer.
   * @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value.
   */
  fetcher(options?: FetchOptions): Fetch;
  /** Where its time comes from. */
  readonly clock: Clock;
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
