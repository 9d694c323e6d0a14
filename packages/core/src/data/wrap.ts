import { ShelflifeError } from '../errors.js';
import type { LoadContext } from './context.js';
import type { Born } from './entry.js';
import type { InTurn } from './in-turn.js';
import { type DataKey, type Id, idOf, tableOf } from './key.js';
import type { Load, Loaded } from './loads.js';
import type { DataRooms } from './rooms.js';
import { type DataRule, type ResolvedDataRule, resolveDataRule } from './rule.js';
import { createServe, type Serve } from './serve.js';
import { inTime } from './timeouts.js';
import type { KeptValue } from './values.js';
import { isDueEarly } from './windows.js';

/** One look-up. */
interface Ask {
  readonly id: Id;
  readonly load: (context: LoadContext) => unknown;
  readonly options: DataRule;
}

/** What sets values and fragments apart. */
export interface Kind {
  readonly idOf: (key: DataKey) => Id;
  /** Its `table` alone, for a look-up that does not keep it. */
  readonly tableOf: (key: DataKey) => string;
}

export const VALUES: Kind = { idOf, tableOf };

export type Wrap = (
  key: DataKey,
  load: (context: LoadContext) => unknown,
  options?: DataRule,
) => Promise<unknown>;

/** A look-up in two steps, for those who look up many. */
export interface Wraps {
  readonly wrap: Wrap;
  readonly atOnce: Serve['atOnce'];
  /** The rest of `wrap`. `decided`: told when it is known whether this call loads, waits or has the value. */
  readonly later: (...ask: [...Required<Parameters<Wrap>>, decided: () => void]) => Promise<unknown>;
}

export function createWrap(rooms: DataRooms, kind: Kind = VALUES): Wraps {
  const { values, lookUp, loads, retries, inTurn, scope, log, clock, counters } = rooms;
  const serve = createServe(rooms, kind.tableOf);

  function wrap(key: DataKey, load: Ask['load'], options: DataRule = {}): Promise<unknown> {
    try {
      const hit = serve.atOnce(key, options);
      return hit === undefined ? later(key, load, options) : Promise.resolve(hit.value);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The story: what is fresh is served; what is stale too, while it is loaded anew; else all wait for one load. */
  async function later(
    key: DataKey,
    load: Ask['load'],
    options: DataRule,
    decided: () => void = () => {},
  ): Promise<unknown> {
    const ask = { id: kind.idOf(key), load, options };
    for (;;) {
      const looked = lookUp.find(ask.id, options.schema);
      const { found, standing, since } = looked instanceof Promise ? await looked : looked;
      if (found !== undefined && (standing === 'fresh' || standing === 'stale')) {
        if (standing === 'stale' || isDueEarly(found.stored, clock.now(), options, rooms.random))
          refresh(ask, found);
        decided();
        counters[standing === 'fresh' ? 'hits' : 'stale']++;
        return valueOf(ask, found);
      }
      const answer = await askSource(ask, found, since, decided);
      if (answer !== undefined) return answer.value;
    }
  }

  /** What a load gives, or what stands in for it. `undefined`: something was invalidated meanwhile; look again. */
  async function askSource(
    ask: Ask,
    found: KeptValue | undefined,
    since: number | undefined,
    decided: () => void,
  ): Promise<{ readonly value: unknown } | undefined> {
    if (found !== undefined && retries.isPaused(ask.id.table)) {
      decided();
      return standIn(ask, found);
    }
    const running = loads.join(ask.id, since);
    // What others have stored cannot be told from what is invalid when the log cannot be asked.
    const load = running ?? start(ask, found, since === undefined ? inTurn : undefined, decided);
    if (running !== undefined) decided();
    let loaded: Loaded;
    try {
      loaded = await (found === undefined ? load.result : patiently(ask, load));
    } catch (error) {
      const instead = found && standIn(ask, found);
      if (instead === undefined) counters.misses++;
      if (instead === undefined) throw error;
      if (running === undefined || isTimeout(error)) failed(ask, error);
      return instead;
    }
    return running === undefined ? { value: own(ask, loaded) } : joined(ask, running, loaded);
  }

  function patiently(ask: Ask, { result }: Load): Promise<Loaded> {
    return inTime(clock, ruleOf(ask).soft, result);
  }

  function standIn(ask: Ask, found: KeptValue): { readonly value: unknown } | undefined {
    // While the load ran it may have been invalidated.
    if (values.standing(found) === 'gone') return undefined;
    counters.stale++;
    return { value: valueOf(ask, found) };
  }

  /** The value of a load that this call has waited for. */
  async function joined(
    ask: Ask,
    { position }: Load,
    loaded: Loaded,
  ): Promise<{ readonly value: unknown } | undefined> {
    const { value, kept } = loaded;
    if (kept !== undefined && !isValid(kept)) return undefined;
    // Nothing is known of what it depends on, but that it is the same as long as nothing was invalidated.
    if (kept === undefined && (value !== undefined || log.position !== position)) {
      const born = { position: log.position, startedAt: clock.now() };
      return { value: own(ask, await run(ask, undefined, born, new AbortController().signal)) };
    }
    counters.hits++;
    counters.collapsed++;
    return { value: kept === undefined ? unstored(loaded) : valueOf(ask, kept) };
  }

  function isValid({ stored }: KeptValue): boolean {
    return log.staleSince(stored.position, stored.names) === Infinity;
  }

  /** Loads anew behind the back of a call that is answered with what there is. */
  function refresh(ask: Ask, found: KeptValue): void {
    const { id, options } = ask;
    if (loads.join(id) !== undefined || retries.isPaused(id.table)) return;
    const again = (): Promise<Loaded> => {
      counters.refreshes++;
      return start(ask, found).result;
    };
    const done =
      inTurn === undefined ? again() : inTurn.refresh({ id, schema: options.schema, found }, again);
    done.catch((error: unknown) => failed(ask, error));
  }

  function failed(ask: Ask, error: unknown): void {
    retries.pause(ask.id.table, ruleOf(ask).retryAfter);
    rooms.events.emit('load-failed', { key: ask.id.name, error });
  }

  /** `turn`: the load waits for that of another process. `decided`: called when it is known whether it does. */
  function start(
    ask: Ask,
    found: KeptValue | undefined,
    turn?: InTurn,
    decided: () => void = () => {},
  ): Load {
    const { id, options } = ask;
    const rule = ruleOf(ask);
    // What nobody can find afterwards need not be waited for.
    const isForNow = rule.ttl === 0 && rule.swr + rule.staleIfError === 0;
    const load = loads.start(id, rule.hard, (began, signal) => {
      const now = (born: Born): Promise<Loaded> => {
        const running = run(ask, found, born, signal);
        decided();
        return running;
      };
      return turn === undefined || isForNow
        ? now(began)
        : turn.load({ id, schema: options.schema, found }, now, decided);
    });
    load.result.catch(() => counters.failures++);
    return load;
  }

  async function run(
    ask: Ask,
    found: KeptValue | undefined,
    born: Born,
    signal: AbortSignal,
  ): Promise<Loaded> {
    // Nobody waits any more.
    signal.throwIfAborted();
    counters.loads++;
    const loaded = await rooms.make({ ...ask, rule: ruleOf(ask), found }, born, signal);
    if (loaded.kept !== undefined) retries.resume(ask.id.table);
    return loaded;
  }

  /** The value for the call that has loaded it. */
  function own(ask: Ask, loaded: Loaded): unknown {
    const { value, kept, isTheirs = false } = loaded;
    counters[isTheirs ? 'hits' : 'misses']++;
    if (isTheirs) counters.collapsed++;
    if (kept === undefined) return unstored(loaded);
    serve.used(ask.id.table, kept);
    return ask.options.share === true ? kept.shared() : value;
  }

  function unstored({ value, uses }: Loaded): unknown {
    scope.note([...uses.names], uses.until, uses.isPrivate);
    return value;
  }

  /** The value for any other call. */
  const valueOf = ({ id, options }: Ask, kept: KeptValue): unknown => serve.value(id.table, options, kept);

  const ruleOf = ({ options }: Ask): ResolvedDataRule => resolveDataRule(options, rooms.defaultTtl);

  return { wrap, atOnce: serve.atOnce, later };
}

function isTimeout(error: unknown): boolean {
  return error instanceof ShelflifeError && error.code === 'ERR_TIMEOUT';
}
