import type { Clock } from '../clock.js';
import { inWords, ShelflifeError } from '../errors.js';
import { createControl, type ControlState } from '../exchange/control.js';
import type { InvalidationLog } from '../invalidation/log.js';
import { keyName, tagName } from '../invalidation/tags.js';
import { A_KEY, isUserKey, userKey } from '../key/user-key.js';
import { parseDuration } from '../rule/duration.js';
import { rejectUnknown } from '../rule/options.js';
import { tagsOption } from '../rule/choices.js';
import type { Duration } from '../rule/rule.js';
import { bytesOf, type StoredValue, valueOf, type Values } from './values.js';

/** A key of the data cache: a text, or parts that are told apart. */
export type DataKey = string | readonly string[];

/** How a value is kept. */
export interface DataRule {
  /** How long it is fresh. Default: the `ttl` of the cache's `defaults`; without one it must be given. */
  readonly ttl?: Duration;
  /** Names under which it can be invalidated. */
  readonly tags?: readonly string[];
}

/** A moment in the order of invalidations. */
export interface Mark {
  readonly position: number;
}

/** How a value is set. */
export interface SetRule extends DataRule {
  /** When the value began to be made: if something has invalidated it since, it is not stored. Default: now. */
  readonly since?: Mark;
}

/** What a load tells the cache about its value. */
export interface LoadContext {
  /** Adds tags. @throws ShelflifeError `ERR_TARGET`. */
  tag(...tags: readonly string[]): void;
  /** How long the value is fresh; wins over the option. @throws ShelflifeError `ERR_OPTION`. */
  ttl(duration: Duration): void;
  /** Do not store the value. */
  skip(): void;
}

/** The data cache: what handlers look up, under the same invalidations as their answers. */
export interface DataCache {
  /**
   * The stored value of a key, or what `load` makes of it. Concurrent calls share one load; when it fails all
   * get its error and nothing is stored. Values are copied by structured clone, so that no caller can change
   * what another gets; `undefined` and what cannot be copied is returned and not stored.
   * @throws ShelflifeError `ERR_TARGET` for a key or tag, `ERR_OPTION` for a `ttl` that is wrong or missing.
   */
  wrap<T>(key: DataKey, load: (context: LoadContext) => T | Promise<T>, options?: DataRule): Promise<T>;
  /** The stored value, or `undefined`. */
  get<T>(key: DataKey): Promise<T | undefined>;
  /** Stores a value in place of the one there is; loads of this key that are under way do not undo it. */
  set(key: DataKey, value: unknown, options?: SetRule): Promise<void>;
  /** This moment, for `set(key, value, { since })`. */
  mark(): Mark;
  /** Makes what is stored under a key invalid, and what is being loaded for it. */
  delete(key: DataKey): Promise<void>;
  has(key: DataKey): Promise<boolean>;
  /** Until when the stored value is fresh, in Unix milliseconds, or `undefined` when there is none. */
  freshUntil(key: DataKey): Promise<number | undefined>;
}

interface Load {
  readonly position: number;
  readonly result: Promise<Loaded>;
}

/** What a load came to: its value for the one who asked, and what is stored of it for all others. */
interface Loaded {
  readonly value: unknown;
  readonly stored: StoredValue | undefined;
}

export function createData(rooms: {
  readonly values: Values;
  readonly log: InvalidationLog;
  readonly clock: Clock;
  /** Milliseconds; `undefined` when there is none. */
  readonly defaultTtl: number | undefined;
  readonly invalidate: (names: readonly string[]) => number;
}): DataCache {
  const { values, log, clock, invalidate } = rooms;
  const loads = new Map<string, Load>();

  async function wrap<T>(
    key: DataKey,
    load: (context: LoadContext) => T | Promise<T>,
    options: DataRule = {},
  ): Promise<T> {
    const id = idOf(key);
    const rule = resolve(options);
    for (;;) {
      const found = values.find(id.table);
      if (found !== undefined) return valueOf(found.bytes) as T;
      const running = loads.get(id.table);
      // A load that began before an invalidation may return what is invalid: it is not waited for.
      if (running === undefined || log.staleSince(running.position, [id.name]) !== Infinity)
        return (await start(id, load, rule).result).value as T;
      const { value, stored } = await running.result;
      if (stored !== undefined && log.staleSince(stored.position, stored.names) === Infinity)
        return valueOf(stored.bytes) as T;
      // Nothing is known of what it depends on, but that it is the same as long as nothing was invalidated.
      if (value === undefined && log.position === running.position) return value as T;
      if (stored === undefined) return (await run(id, load, rule, log.position)).value as T;
    }
  }

  function start(id: Id, load: (context: LoadContext) => unknown, rule: Resolved): Load {
    const { position } = log;
    const started: Load = { position, result: run(id, load, rule, position) };
    loads.set(id.table, started);
    const landed = (): boolean => loads.get(id.table) === started && loads.delete(id.table);
    // Both ways: whoever waits for the result deals with its failure.
    started.result.then(landed, landed);
    return started;
  }

  async function run(
    id: Id,
    load: (context: LoadContext) => unknown,
    rule: Resolved,
    position: number,
  ): Promise<Loaded> {
    const { control, state } = createControl('miss');
    const value = await load(control);
    const stored = entryOf(id, value, rule, state, position);
    if (stored !== undefined && log.staleSince(position, stored.names) === Infinity)
      values.keep(id.table, stored);
    return { value, stored };
  }

  function entryOf(
    id: Id,
    value: unknown,
    rule: Resolved,
    said: ControlState,
    position: number,
  ): StoredValue | undefined {
    const ttl = said.ttl ?? rule.ttl;
    const bytes = value === undefined || said.skipped ? undefined : bytesOf(value);
    if (bytes === undefined) return undefined;
    if (ttl === undefined)
      throw new ShelflifeError(
        'ERR_OPTION',
        `wrap(): how long is the value fresh? Give { ttl: '5m' }, or defaults: { ttl } to createCache().`,
      );
    const names = [id.name, ...new Set([...rule.tags, ...said.tags].map(tagName))];
    return { kind: 'value', bytes, names, position, freshUntil: clock.now() + ttl };
  }

  function resolve(options: DataRule): Resolved {
    rejectUnknown('options', options, ['ttl', 'tags']);
    const tags = options.tags === undefined ? [] : tagsOption('options.tags', options.tags);
    const ttl = options.ttl === undefined ? rooms.defaultTtl : parseDuration('options.ttl', options.ttl);
    return { ttl, tags: tags as readonly string[] };
  }

  return {
    wrap,
    async get<T>(key: DataKey) {
      const found = values.find(idOf(key).table);
      return found && (valueOf(found.bytes) as T);
    },
    async set(key, value, { since, ...options } = {}) {
      const id = idOf(key);
      const rule = resolve(options);
      const names = [id.name, ...rule.tags.map(tagName)];
      const isOld = since !== undefined && log.staleSince(since.position, names) !== Infinity;
      invalidate([id.name]);
      if (!isOld) await run(id, () => value, rule, log.position);
    },
    mark: () => ({ position: log.position }),
    async delete(key) {
      invalidate([idOf(key).name]);
    },
    has: async (key) => values.find(idOf(key).table) !== undefined,
    freshUntil: async (key) => values.find(idOf(key).table)?.freshUntil,
  };
}

interface Resolved {
  readonly ttl: number | undefined;
  readonly tags: readonly string[];
}

interface Id {
  /** Where it lies in the memory tier; no key of a response starts like this. */
  readonly table: string;
  /** What invalidates it. */
  readonly name: string;
}

function idOf(key: DataKey): Id {
  if (!isUserKey(key)) throw new ShelflifeError('ERR_TARGET', `key: expected ${A_KEY}, got ${inWords(key)}.`);
  const name = keyName(userKey(key));
  return { table: `data ${name}`, name };
}
