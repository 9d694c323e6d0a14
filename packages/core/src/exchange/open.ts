import type { ShelflifeError } from '../errors.js';
import { parseCacheControl } from '../http/cache-control.js';
import { type CacheState, formatCacheStatus, type Forward, type Reason } from '../http/cache-status.js';
import { fieldValue } from '../http/fields.js';
import { isUnsafe } from '../http/invalidates.js';
import type { RequestView, StoredResponse } from '../http/message.js';
import { type KeyPlan, planKey } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { bypassReason } from './bypass.js';
import { createCapture } from './capture.js';
import { createControl } from './control.js';
import { count } from './counters.js';
import { knownNamesOf } from './entry.js';
import type { Flight, Landing } from './flights.js';
import { gatewayTimeout, replyFrom } from './reply.js';
import type { Rooms } from './rooms.js';
import type { Found } from './storage.js';
import type { Capture, Outcome, ResponseControl } from './types.js';
import { createUnsafeCapture } from './unsafe.js';

/** One request on its way. `attempt`: how often it has waited for others that gave no answer. */
interface Exchange {
  readonly view: RequestView;
  readonly rule: ResolvedRule;
  readonly plan: KeyPlan;
  readonly attempt: number;
}

const MAX_ATTEMPTS = 3;

/** `closed`: the cache takes no part any more. */
export type Open = (view: RequestView, rule: ResolvedRule, closed: boolean) => Outcome | Promise<Outcome>;

/** The path of a request: what `cache.open` does. Synchronous whenever no second tier and no other request must be waited for. */
export function createOpen(rooms: Rooms): Open {
  const { name, clock, log, storage, flights, uncacheables, refresher, events, counters } = rooms;

  function open(view: RequestView, rule: ResolvedRule, closed: boolean): Outcome | Promise<Outcome> {
    if (closed) return forward(view, 'bypass', 'CLOSED');
    if (isUnsafe(view.method)) return forwardUnsafe(view);
    if (view.method !== 'GET' && view.method !== 'HEAD') return forward(view, 'method', 'METHOD');
    try {
      const reason = bypassReason(view, rule);
      if (reason !== undefined) return forward(view, 'bypass', reason);
      const plan = planKey(view, rule);
      if (plan === 'bypass') return forward(view, 'bypass', 'KEY');
      return look({ view, rule, plan, attempt: 1 });
    } catch (error) {
      events.emit('rule-failed', { url: view.url, error: error as ShelflifeError });
      return forward(view, 'bypass', 'RULE-FUNCTION');
    }
  }

  function look(exchange: Exchange): Outcome | Promise<Outcome> {
    const found = storage.find(exchange.plan.key, exchange.view.headers);
    return found instanceof Promise
      ? found.then((later) => decide(exchange, readable(exchange, later)))
      : decide(exchange, readable(exchange, found));
  }

  function decide(exchange: Exchange, found: Found): Outcome | Promise<Outcome> {
    const { view } = exchange;
    const { stored } = found;
    if (stored === undefined)
      return onlyIfCached(view) ?? ask(exchange, found, found.varyNames.length > 0 ? 'vary-miss' : 'miss');
    if (found.standing === 'fresh') return hit(view, stored);
    if (view.refresh === true)
      return flights.has(found.key) ? hit(view, stored) : ask(exchange, found, 'stale');
    if (found.standing === 'stale' && isBeingRefreshed(exchange, found)) return hit(view, stored);
    // Its handler failed a moment ago: spare it, and the client the wait.
    if (refresher.isPaused(found.key)) return hit(view, stored, 'STALE-IF-ERROR');
    return onlyIfCached(view) ?? ask(exchange, found, 'stale');
  }

  /** Runs the handler, alone or for all who wait, unless this request can wait for another's answer itself. */
  function ask(exchange: Exchange, found: Found, fwd: Forward): Outcome | Promise<Outcome> {
    const { view, rule } = exchange;
    if (view.method === 'HEAD') return forward(view, fwd);
    // Traffic with credentials is mostly private: it neither waits nor lets others wait.
    if (view.headers['authorization'] !== undefined && rule.by === undefined)
      return fill(exchange, found, fwd);
    if (uncacheables.has(found.key)) return fill(exchange, found, fwd);
    const landing = exchange.attempt > MAX_ATTEMPTS ? undefined : flights.join(found.key, rule.waitLimit);
    if (landing !== undefined) return landing.then((end) => afterLanding(exchange, found, fwd, end));
    return fill(exchange, found, fwd, flights.lead(found.key, knownNamesOf(exchange)));
  }

  function afterLanding(
    exchange: Exchange,
    found: Found,
    fwd: Forward,
    landing: Landing,
  ): Outcome | Promise<Outcome> {
    const { view, plan } = exchange;
    if (landing.how === 'late') return forward(view, fwd, 'WAIT-LIMIT');
    if (landing.how === 'uncacheable') return fill(exchange, found, fwd);
    if (landing.how === 'stored' && isMine(landing, exchange)) {
      counters.collapsed++;
      return hit(view, landing.stored, undefined, true);
    }
    return look({ view, rule: exchange.rule, plan, attempt: exchange.attempt + 1 });
  }

  /** Whether the answer another request waited for is the one this request would select, and still valid. */
  function isMine({ key, stored }: Extract<Landing, { how: 'stored' }>, { view, plan }: Exchange): boolean {
    if (storage.keyFor(plan.key, view.headers) !== key) return false;
    return log.staleSince(stored.position, stored.tags) === Infinity;
  }

  /** Without a background refresh the first request that meets a stale response does it, the others are served. */
  function isBeingRefreshed({ view, rule, plan }: Exchange, found: Found): boolean {
    return flights.has(found.key) || refresher.start(view, rule, plan, found);
  }

  function fill(exchange: Exchange, found: Found, fwd: Forward, flight?: Flight): Outcome {
    const { view, rule, plan } = exchange;
    const position = flight?.position ?? log.position;
    const made = createCapture(rooms, {
      view,
      rule,
      plan,
      found,
      fwd,
      flight,
      position,
      requestedAt: clock.now(),
    });
    // Nobody asked for a refresh: it is counted when it starts.
    if (view.refresh !== true) counters.misses++;
    return forwarded(view, { hit: false, fwd }, made.capture, made.control);
  }

  function hit(view: RequestView, stored: StoredResponse, detail?: Reason, collapsed?: boolean): Outcome {
    const now = clock.now();
    const ttl = Math.min(stored.freshUntil, log.staleSince(stored.position, stored.tags)) - now;
    if (ttl > 0) counters.hits++;
    else counters.stale++;
    if (events.wants('hit')) events.emit('hit', { url: view.url, ttl, collapsed: collapsed === true });
    const status = formatCacheStatus(name, { hit: true, ttl: ttl / 1000, collapsed, detail });
    return { action: 'reply', reply: replyFrom(stored, view, now, status) };
  }

  /** Runs the handler without storing its answer. */
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
    const value = fieldValue(view.headers, 'cache-control');
    if (value === undefined || !parseCacheControl(value).onlyIfCached) return undefined;
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

  return open;
}

/**
 * What this request may read of what was found. With Authorization it is only what says of itself that it is for
 * all (RFC 9111 section 3.5): an anonymous visitor's page is not the answer to a signed-in user.
 */
function readable({ view, rule }: Exchange, found: Found): Found {
  const { stored } = found;
  if (stored === undefined || stored.forAll || rule.by !== undefined) return found;
  if (view.headers['authorization'] === undefined) return found;
  return { ...found, stored: undefined, standing: 'gone' };
}
