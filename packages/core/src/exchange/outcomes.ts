import { type CacheState, formatCacheStatus, type Forward, type Reason } from '../http/cache-status.js';
import type { RequestView, StoredResponse } from '../http/message.js';
import { requestControl } from '../http/reusable.js';
import { conditionsFor } from '../http/update.js';
import { REMOVED } from '../invalidation/log.js';
import type { KeyPlan } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { asStale } from './advertise.js';
import { createCapture } from './capture.js';
import type { Form } from './codings.js';
import { createControl } from './control.js';
import { count } from './counters.js';
import type { Fill } from './fill.js';
import type { Flight } from './flights.js';
import { createHeadCapture } from './head-capture.js';
import { gatewayTimeout, replyFrom } from './reply.js';
import type { Rooms } from './rooms.js';
import type { Found } from './storage.js';
import type { Capture, Outcome, ResponseControl } from './types.js';
import { createUnsafeCapture } from './unsafe.js';
import type { Told } from './validators.js';

/** One request on its way. `attempt`: how often it has waited for others that gave no answer. */
export interface Exchange {
  readonly view: RequestView;
  readonly rule: ResolvedRule;
  readonly plan: KeyPlan;
  readonly attempt: number;
  /** What the rule's `validators` told, once they were asked. */
  readonly told?: Told;
  /** See `Confirmed.since`. */
  readonly since?: number | undefined;
}

/** What can become of a request: an answer, or a way to the handler. Each is counted and told to who listens. */
export interface Outcomes {
  /** Answers with a stored response. */
  readonly hit: (
    exchange: Pick<Exchange, 'view' | 'rule'>,
    key: string,
    stored: StoredResponse,
    detail?: Reason,
    collapsed?: boolean,
  ) => Outcome | Promise<Outcome>;
  /** Runs the handler and takes what it says: for the requests of the flight too, if there is one. */
  readonly fill: (exchange: Exchange, found: Found, fwd: Forward, flight?: Flight) => Outcome;
  /** Runs the handler without storing its answer. */
  readonly forward: (view: RequestView, fwd: Forward, detail?: Reason) => Outcome;
  /** Runs the handler for a HEAD: nothing is stored; what is may stand in for an error. */
  readonly forwardHead: (exchange: Exchange, found: Found, fwd: Forward) => Outcome;
  /** Runs the handler of an unsafe method. */
  readonly forwardUnsafe: (view: RequestView) => Outcome;
  /** The refusal for a client that wants a stored response only, when there is none; `undefined` for all others. */
  readonly onlyIfCached: (view: RequestView) => Outcome | undefined;
  /** When the freshness of a stored response ends, or was ended by an invalidation. */
  readonly freshUntil: (stored: StoredResponse) => number;
}

export function createOutcomes(rooms: Rooms): Outcomes {
  const { name, clock, log, events, counters, codings } = rooms;

  function fill(exchange: Exchange, found: Found, fwd: Forward, flight?: Flight): Outcome {
    const { view, rule, plan, told } = exchange;
    const position = flight?.position ?? log.position;
    const made = createCapture(rooms, {
      view,
      rule,
      plan,
      found,
      conditions: found.stored && conditionsOf(found.stored),
      fwd,
      flight,
      position,
      requestedAt: clock.now(),
      // Of what was invalidated since they may tell something else: then they do not name this answer.
      told: told?.position === position ? told : undefined,
    });
    // Nobody asked for a refresh: it is counted when it starts.
    if (view.refresh !== true) counters.misses++;
    return forwarded(view, { hit: false, fwd }, made.capture, made.control);
  }

  /** What was removed while this request waited is not asked about: the handler makes it anew. */
  function conditionsOf(stored: StoredResponse): Fill['conditions'] {
    return log.staleSince(stored.position, stored.tags) === REMOVED ? undefined : conditionsFor(stored);
  }

  function hit(
    { view, rule }: Pick<Exchange, 'view' | 'rule'>,
    key: string,
    stored: StoredResponse,
    detail?: Reason,
    collapsed?: boolean,
  ): Outcome | Promise<Outcome> {
    const form = rule.compress ? codings.choose(key, stored, view) : stored;
    // As it stands now: it may be removed while its coding is being made.
    const until = freshUntil(stored);
    if (!(form instanceof Promise)) return send(view, rule, form, until, detail, collapsed);
    return form.then((later) => send(view, rule, later, until, detail, collapsed));
  }

  function send(
    view: RequestView,
    rule: ResolvedRule,
    stored: Form,
    until: number,
    detail?: Reason,
    collapsed?: boolean,
  ): Outcome {
    const now = clock.now();
    const ttl = until - now;
    if (ttl > 0) counters.hits++;
    else counters.stale++;
    if (events.wants('hit')) events.emit('hit', { url: view.url, ttl, collapsed: collapsed === true });
    const status = formatCacheStatus(name, { hit: true, ttl: ttl / 1000, collapsed, detail });
    const form = ttl > 0 ? stored : asStale(stored, rule);
    return { action: 'reply', reply: replyFrom(form, view, now, status) };
  }

  function freshUntil(stored: StoredResponse): number {
    return Math.min(stored.freshUntil, log.staleSince(stored.position, stored.tags));
  }

  function forwardHead({ view, rule }: Exchange, found: Found, fwd: Forward): Outcome {
    if (found.stored === undefined) return forward(view, fwd);
    counters.misses++;
    const capture = createHeadCapture(rooms, { view, rule, found, fwd });
    return forwarded(view, { hit: false, fwd }, capture, createControl(fwd).control);
  }

  function forward(view: RequestView, fwd: Forward, detail?: Reason): Outcome {
    if (fwd === 'bypass' || fwd === 'method') count(counters.bypass, detail ?? fwd);
    else counters.misses++;
    return forwarded(view, { hit: false, fwd, detail }, undefined, createControl(fwd).control);
  }

  function forwardUnsafe(view: RequestView): Outcome {
    count(counters.bypass, 'METHOD');
    const state = { hit: false, fwd: 'method' } as const;
    const capture = createUnsafeCapture(view, formatCacheStatus(name, state), rooms.invalidate);
    return forwarded(view, state, capture, createControl('method').control);
  }

  function onlyIfCached(view: RequestView): Outcome | undefined {
    if (!requestControl(view.headers).onlyIfCached) return undefined;
    return {
      action: 'reply',
      reply: gatewayTimeout(name, { hit: false, fwd: 'request', detail: 'ONLY-IF-CACHED' }),
    };
  }

  function forwarded(
    view: RequestView,
    state: CacheState & { hit: false },
    capture: Capture | undefined,
    control: ResponseControl,
  ): Outcome {
    if (events.wants('forward')) {
      const { fwd, detail } = state;
      events.emit('forward', { url: view.url, fwd, ...(detail === undefined ? {} : { detail }) });
    }
    return { action: 'forward', capture, cacheStatus: formatCacheStatus(name, state), control };
  }

  return { hit, fill, forward, forwardHead, forwardUnsafe, onlyIfCached, freshUntil };
}
