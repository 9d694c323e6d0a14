import type { Clock } from '../clock.js';
import { ShelflifeError } from '../errors.js';
import type { Emitter } from '../events.js';
import type { Scope } from '../exchange/scope.js';
import type { Dependencies } from '../invalidation/dependencies.js';
import type { InvalidationLog } from '../invalidation/log.js';
import { createLoadContext, type LoadContext } from './context.js';
import { type Born, entryOf } from './entry.js';
import { type DataKey, type Id, idOf } from './key.js';
import type { Load, Loaded, Loads } from './loads.js';
import type { LookUp } from './look-up.js';
import type { Retries } from './retries.js';
import { type DataRule, type ResolvedDataRule, resolveDataRule } from './rule.js';
import { inTime } from './timeouts.js';
import type { KeptValue, Values } from './values.js';
import { isDueEarly } from './windows.js';

/** What the data cache consists of; `data.ts` puts it together. */
export interface DataRooms {
  readonly values: Values;
  readonly loads: Loads;
  readonly retries: Retries;
  readonly lookUp: LookUp;
  readonly scope: Scope;
  readonly dependencies: Dependencies;
  readonly log: InvalidationLog;
  readonly clock: Clock;
  readonly events: Pick<Emitter, 'emit'>;
  /** 0 to 1. */
  readonly random: () => number;
  /** Milliseconds; `undefined` when there is none. */
  readonly defaultTtl: number | undefined;
}

/** One look-up. */
interface Ask {
  readonly id: Id;
  readonly load: (context: LoadContext) => unknown;
  readonly options: DataRule;
}

/** `decided`: told when it is known whether this call loads, waits or has the value. */
export type Wrap = (
  key: DataKey,
  load: (context: LoadContext) => unknown,
  options?: DataRule,
  decided?: () => void,
) => Promise<unknown>;

export function createWrap(rooms: DataRooms): Wrap {
  const { values, lookUp, loads, retries, scope, log, clock } = rooms;

  /** The story: what is fresh is served; what is stale too, while it is loaded anew; else all wait for one load. */
  async function wrap(
    key: DataKey,
    load: Ask['load'],
    options: Ask['options'] = {},
    decided: () => void = () => {},
  ): Promise<unknown> {
    const ask = { id: idOf(key), load, options };
    for (;;) {
      const looked = lookUp.find(ask.id, options.schema);
      const { found, standing, since } = looked instanceof Promise ? await looked : looked;
      if (found !== undefined && (standing === 'fresh' || standing === 'stale')) {
        if (standing === 'stale' || isDueEarly(found.stored, clock.now(), options, rooms.random))
          refresh(ask, found);
        decided();
        return serve(ask, found);
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
    const load = running ?? start(ask, found);
    decided();
    try {
      const loaded = await (found === undefined ? load.result : patiently(ask, load));
      return running === undefined ? { value: own(ask, loaded) } : joined(ask, running, loaded);
    } catch (error) {
      const instead = found && standIn(ask, found);
      if (instead === undefined) throw error;
      if (running === undefined || isTimeout(error)) failed(ask, error);
      return instead;
    }
  }

  function patiently(ask: Ask, { result }: Load): Promise<Loaded> {
    return inTime(clock, ruleOf(ask).soft, result);
  }

  function standIn(ask: Ask, found: KeptValue): { readonly value: unknown } | undefined {
    // While the load ran it may have been invalidated.
    return values.standing(found) === 'gone' ? undefined : { value: serve(ask, found) };
  }

  /** The value of a load that this call has waited for. */
  async function joined(
    ask: Ask,
    { position }: Load,
    { value, kept }: Loaded,
  ): Promise<{ readonly value: unknown } | undefined> {
    if (kept !== undefined) return isValid(kept) ? { value: serve(ask, kept) } : undefined;
    // Nothing is known of what it depends on, but that it is the same as long as nothing was invalidated.
    if (value === undefined && log.position === position) return { value };
    const born = { position: log.position, startedAt: clock.now() };
    return { value: own(ask, await make(ask, undefined, born, new AbortController().signal)) };
  }

  function isValid({ stored }: KeptValue): boolean {
    return log.staleSince(stored.position, stored.names) === Infinity;
  }

  /** Loads anew behind the back of a call that is answered with what there is. */
  function refresh(ask: Ask, found: KeptValue): void {
    if (loads.join(ask.id) !== undefined || retries.isPaused(ask.id.table)) return;
    start(ask, found).result.catch((error: unknown) => failed(ask, error));
  }

  function failed(ask: Ask, error: unknown): void {
    retries.pause(ask.id.table, ruleOf(ask).retryAfter);
    rooms.events.emit('load-failed', { key: ask.id.name, error });
  }

  function start(ask: Ask, found: KeptValue | undefined): Load {
    return loads.start(ask.id, ruleOf(ask).hard, (born, signal) => make(ask, found, born, signal));
  }

  async function make(
    ask: Ask,
    found: KeptValue | undefined,
    born: Born,
    signal: AbortSignal,
  ): Promise<Loaded> {
    const { id } = ask;
    const { context, state: said } = createLoadContext(found, signal);
    const value = await scope.observe(said.uses, () => ask.load(context));
    const { above } = rooms.dependencies;
    const made = { id, value, rule: ruleOf(ask), said, born, above };
    const { uses } = said;
    const entry = entryOf(made, clock.now(), rooms.random());
    // What is made of a value that its load does not want to be stored is not stored either.
    if (said.skipped) uses.until = -Infinity;
    if (entry === undefined) return { value, kept: undefined, uses };
    retries.resume(id.table);
    return { value, kept: values.keep(id.table, entry), uses };
  }

  /** The value for the call that has loaded it. */
  function own(ask: Ask, { value, kept, uses }: Loaded): unknown {
    if (kept === undefined) scope.note([...uses.names], uses.until, uses.isPrivate);
    else used(ask, kept);
    return kept !== undefined && ask.options.share === true ? kept.shared() : value;
  }

  /** The value for any other call. */
  function serve(ask: Ask, kept: KeptValue): unknown {
    used(ask, kept);
    return ask.options.share === true ? kept.shared() : kept.copy();
  }

  function used({ id }: Ask, kept: KeptValue): void {
    scope.note(kept.stored.names, values.freshUntil(kept), kept.stored.isPrivate);
    lookUp.remember(id.table, kept);
  }

  const ruleOf = ({ options }: Ask): ResolvedDataRule => resolveDataRule(options, rooms.defaultTtl);

  return wrap;
}

function isTimeout(error: unknown): boolean {
  return error instanceof ShelflifeError && error.code === 'ERR_TIMEOUT';
}
