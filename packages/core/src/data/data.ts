import type { Clock } from '../clock.js';
import { ShelflifeError } from '../errors.js';
import type { Emitter } from '../events.js';
import { createControl } from '../exchange/control.js';
import type { Scope } from '../exchange/scope.js';
import type { Dependencies } from '../invalidation/dependencies.js';
import type { InvalidationLog } from '../invalidation/log.js';
import { tagName } from '../invalidation/tags.js';
import { tagProblem } from '../key/tag.js';
import type { Leases } from '../store/leases.js';
import type { DataCounters } from './counters.js';
import { wrapMany } from './batch.js';
import type { DataCache } from './data-cache.js';
import { entryOf } from './entry.js';
import { createFragment, FRAGMENTS } from './fragment.js';
import { type DataKey, idOf } from './key.js';
import { createLoads } from './loads.js';
import { createLookUp } from './look-up.js';
import { createInTurn } from './in-turn.js';
import { createMake } from './make.js';
import { createRetries } from './retries.js';
import { resolveDataRule } from './rule.js';
import type { SourceReports } from './source-filter.js';
import type { KeptValue, Values } from './values.js';
import { createWrap } from './wrap.js';

/** What the data cache needs. */
export interface DataOptions {
  readonly values: Values;
  readonly scope: Scope;
  readonly dependencies: Dependencies;
  readonly log: InvalidationLog;
  readonly clock: Clock;
  readonly events: Pick<Emitter, 'emit'>;
  readonly counters: DataCounters;
  /** Absent: each process loads for itself. */
  readonly leases: Leases | undefined;
  /** Milliseconds; `undefined` when there is none. */
  readonly defaultTtl: number | undefined;
  /** See `InvalidationLog.append`. */
  readonly invalidate: (names: readonly string[]) => Promise<number>;
  /** The log is that of several processes. */
  readonly isShared: boolean;
  /** 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** The data cache, and what its owner needs besides. */
export interface Data {
  readonly data: DataCache;
  readonly sources: Omit<SourceReports, 'isClosed'>;
  /** Resolves when no load is under way. */
  readonly idle: () => Promise<void>;
}

/** Puts the data cache together. */
export function createData(options: DataOptions): Data {
  const {
    values,
    scope,
    dependencies,
    counters,
    log,
    clock,
    defaultTtl,
    invalidate,
    isShared,
    random = Math.random,
  } = options;
  const loads = createLoads(clock, log);
  const lookUp = createLookUp({ values, log, scope });
  const retries = createRetries(clock);
  const make = createMake({ ...options, random });
  const inTurn = createInTurn(options);
  const rooms = { ...options, random, loads, lookUp, retries, make, inTurn };
  const wraps = createWrap(rooms);

  async function find(key: DataKey): Promise<KeptValue | undefined> {
    const { found, standing } = await lookUp.find(idOf(key));
    return standing === 'fresh' ? found : undefined;
  }

  const data: DataCache = {
    wrap: wraps.wrap as DataCache['wrap'],
    wrapMany: ((keys, load, rule) => wrapMany(wraps, keys, load as never, rule)) as DataCache['wrapMany'],
    fragment: createFragment(createWrap(rooms, FRAGMENTS).wrap),
    async get<T>(key: DataKey) {
      const found = await find(key);
      counters[found === undefined ? 'misses' : 'hits']++;
      if (found === undefined) return undefined;
      scope.note(found.stored.names, values.freshUntil(found), found.stored.isPrivate);
      lookUp.remember(idOf(key).table, found);
      return found.copy() as T;
    },
    async set(key, value, { since, ...given } = {}) {
      const id = idOf(key);
      const rule = resolveDataRule(given, defaultTtl);
      const tags = rule.tags.map(tagName);
      const from = since?.position ?? log.position;
      const isOld = since !== undefined && log.staleSince(from, [id.name]) !== Infinity;
      const position = await invalidate([id.name]);
      await log.confirm(position);
      if (isOld || log.staleSince(from, tags) !== Infinity) return;
      const born = { position, startedAt: clock.now() };
      const { state: said } = createControl('set');
      const made = { id, value, rule, said, born, above: dependencies.above };
      const entry = entryOf(made, clock.now(), random());
      if (entry !== undefined) values.keep(id.table, entry);
    },
    mark: () => ({ position: log.position, isShared }),
    async isCurrent({ position }, { keys = [], tags = [] }) {
      const names = [...keys.map((key) => idOf(key).name), ...tags.map(tagNameOf)];
      const isKnown = (await log.confirm()) ?? true;
      return isKnown && log.staleSince(position, dependencies.above(names)) === Infinity;
    },
    async delete(key) {
      const id = idOf(key);
      const acknowledged = invalidate([id.name]);
      values.drop(id.table);
      await acknowledged;
    },
    has: async (key) => (await find(key)) !== undefined,
    async freshUntil(key) {
      const found = await find(key);
      return found && values.freshUntil(found);
    },
    withMemo: (work) => scope.remember(work),
    depends(tag, ...on) {
      dependencies.add(tagNameOf(tag), on.map(tagNameOf));
    },
  };
  const sources: Data['sources'] = {
    filtered(key, tags) {
      counters.filtered++;
      // What is made of it is invalid when it exists.
      scope.note([idOf(key).name, ...tags.map(tagName)], Infinity, false);
    },
    filterFailed: (error) => options.events.emit('filter-failed', { error }),
  };
  return { data, sources, idle: () => loads.idle() };
}

function tagNameOf(tag: string): string {
  const problem = tagProblem(tag);
  if (problem !== undefined) throw new ShelflifeError('ERR_TARGET', `depends(): ${problem}`);
  return tagName(tag);
}
