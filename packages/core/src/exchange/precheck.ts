import { formatAnsweredStatus } from '../http/cache-status.js';
import { acceptedCodings } from '../http/coding.js';
import { codedTag } from '../http/etag.js';
import { fieldValue, headersOf, linesOf, withoutFields } from '../http/fields.js';
import { formatHttpDate } from '../http/http-date.js';
import type { Headers, Reply, RequestView, StoredResponse } from '../http/message.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { hasConditions } from '../http/preconditions.js';
import { REMOVED } from '../invalidation/log.js';
import { OFFERED } from './encoders.js';
import type { Fill } from './fill.js';
import { representHead } from './represent.js';
import type { Rooms } from './rooms.js';
import type { Found } from './storage.js';
import { answerable, askValidators, isTold, type Told } from './validators.js';

/** What the rule's `validators` came to before the handler was asked. At most one of `again` and `reply` is there. */
export interface Checked {
  readonly told: Told;
  /** The stored response that is current after all, and its key. */
  readonly again?: { readonly key: string; readonly stored: StoredResponse };
  /** The 304 or 412 that the conditions of the request come to. */
  readonly reply?: Reply;
}

/** What can be done for a request without its handler when a rule has `validators`. */
export interface Precheck {
  /** Whether they are worth asking for a request that the handler would be asked for. */
  applies(exchange: Pick<Fill, 'view' | 'rule'>, found: Found): boolean;
  check(exchange: Pick<Fill, 'view' | 'rule' | 'plan'>, found: Found): Checked | Promise<Checked>;
  /** The answer to the conditions of an unsafe request, if they can be answered. */
  answer(view: RequestView, rule: ResolvedRule): Reply | undefined | Promise<Reply | undefined>;
}

export function createPrecheck(rooms: Rooms): Precheck {
  const { name, clock, log, storage, flights, refresher, counters } = rooms;

  function conclude(
    { view, rule, plan }: Pick<Fill, 'view' | 'rule' | 'plan'>,
    { stored, varyNames }: Found,
    told: Told,
  ): Checked {
    const again = stored && freshAgain(stored, told, clock.now());
    if (again !== undefined && log.staleSince(again.position, again.tags) !== REMOVED) {
      const key = storage.keep(plan.key, again, view.headers, varyNames);
      refresher.resume(key);
      return { told, again: { key, stored: again } };
    }
    const reply = replyFromTold(name, view, rule, told, clock.now());
    if (reply === undefined) return { told };
    counters.hits++;
    return { told, reply };
  }

  return {
    applies({ view, rule }, { stored, key }) {
      if (rule.validators === undefined) return false;
      // Another request is making the answer, and nothing they could tell would help this one.
      return stored !== undefined || !flights.has(key) || hasConditions(view.headers);
    },
    check(exchange, found) {
      const told = askValidators(rooms, exchange.view, exchange.rule);
      return told instanceof Promise
        ? told.then((later) => conclude(exchange, found, later))
        : conclude(exchange, found, told);
    },
    answer(view, rule) {
      if (rule.validators === undefined || !hasConditions(view.headers)) return undefined;
      const told = askValidators(rooms, view, rule);
      const go = (known: Told): Reply | undefined => replyFromTold(name, view, rule, known, clock.now());
      return told instanceof Promise ? told.then(go) : go(told);
    },
  };
}

/** The 304 or 412 that the request's conditions come to; `undefined` when the handler must be asked. */
function replyFromTold(
  name: string,
  view: RequestView,
  rule: ResolvedRule,
  told: Told,
  now: number,
): Reply | undefined {
  const request = { ...view, headers: answerable(view, told) };
  const replies = formsOf(told, view, rule).map((headers) => {
    const control = rule.cacheControl === false ? [] : ['Cache-Control', rule.cacheControl];
    const about = ['Date', formatHttpDate(now), 'Cache-Status', formatAnsweredStatus(name, 'PRECONDITION')];
    const lines = [...linesOf(headers), ...control, ...about];
    return representHead({ status: 200, headers, lines }, request);
  });
  const same = replies.find((reply) => reply?.status === 304);
  return same ?? (replies.every((reply) => reply?.status === 412) ? replies[0] : undefined);
}

/** The client may have the answer in a coding that the cache made, under the tag of that. */
function formsOf({ headers }: Told, view: RequestView, rule: ResolvedRule): readonly Headers[] {
  const tag = fieldValue(headers, 'etag');
  if (!rule.compress || tag === undefined) return [headers];
  const accepted = acceptedCodings(fieldValue(view.headers, 'accept-encoding'), OFFERED);
  const coded = accepted.filter((coding) => coding !== 'identity');
  return [headers, ...coded.map((coding) => ({ ...headers, etag: codedTag(tag, coding) }))];
}

/**
 * A stored response that what was told proves to be current, as if the handler had confirmed it with a bare 304 (RFC
 * 9111 section 4.3.4): as fresh as it was when it was new. `undefined` when it is another one, and for one with an
 * Expires, of which only the handler knows the next.
 */
function freshAgain(stored: StoredResponse, told: Told, now: number): StoredResponse | undefined {
  if (!isTold(stored, told) || stored.headers['expires'] !== undefined) return undefined;
  const lines = [...withoutFields(stored.lines, DATE), 'Date', formatHttpDate(now)];
  const longer = now - stored.generatedAt;
  return {
    ...stored,
    lines,
    headers: headersOf(lines),
    position: told.position,
    requestedAt: now,
    generatedAt: now,
    freshUntil: stored.freshUntil + longer,
    staleUntil: stored.staleUntil + longer,
    errorUntil: stored.errorUntil + longer,
  };
}

const DATE: ReadonlySet<string> = new Set(['date']);
