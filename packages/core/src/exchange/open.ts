import type { ShelflifeError } from '../errors.js';
import type { Forward } from '../http/cache-status.js';
import { isUnsafe } from '../http/invalidates.js';
import type { Reply, RequestContent, RequestView, StoredResponse } from '../http/message.js';
import { requestControl } from '../http/reusable.js';
import { planKey } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { bypassReason, isOtherMethod } from './bypass.js';
import { findConfirmed } from './confirmed.js';
import { refreshAt } from './early.js';
import { knownNamesOf } from './entry.js';
import type { Landing } from './flights.js';
import { createOutcomes, type Exchange } from './outcomes.js';
import { type Checked, createPrecheck } from './precheck.js';
import { readable } from './readable.js';
import { useOf } from './reuse.js';
import type { Rooms } from './rooms.js';
import type { Found } from './storage.js';
import type { Outcome } from './types.js';
import { createTurns } from './turns.js';

const MAX_ATTEMPTS = 3;

/** `closed`: the cache takes no part any more. */
export type Open = (view: RequestView, rule: ResolvedRule, closed: boolean) => Outcome | Promise<Outcome>;

/** The path of a request: what `cache.open` does. Synchronous whenever no second tier and no other request must be waited for. */
export function createOpen(rooms: Rooms): Open {
  const { clock, log, storage, flights, uncacheables, refresher, events, counters } = rooms;
  const { hit, fill, forward, forwardHead, forwardUnsafe, onlyIfCached, freshUntil } = createOutcomes(rooms);
  const turns = rooms.leases && createTurns<Exchange>(rooms, rooms.leases, { fill, hit });
  const precheck = createPrecheck(rooms);

  function open(view: RequestView, rule: ResolvedRule, closed: boolean): Outcome | Promise<Outcome> {
    if (closed) return forward(view, 'bypass', 'CLOSED');
    if (isUnsafe(view.method)) return enterUnsafe(view, rule);
    if (isOtherMethod(view, rule)) return forward(view, 'method', 'METHOD');
    return guarded(view, () => {
      const reason = bypassReason(view, rule);
      if (reason !== undefined) return forward(view, 'bypass', reason);
      return view.method === 'QUERY' ? beginQuery(view, rule) : begin(view, rule);
    });
  }

  function begin(
    view: RequestView,
    rule: ResolvedRule,
    content?: RequestContent,
  ): Outcome | Promise<Outcome> {
    const plan = planKey(view, rule, content);
    if (plan === 'bypass') return forward(view, 'bypass', 'KEY');
    if (rule.clientDirectives === 'honour' && requestControl(view.headers).noStore)
      return onlyIfCached(view) ?? forward(view, 'request', 'REQUEST-NO-STORE');
    return look({ view, rule, plan, attempt: 1 });
  }

  async function beginQuery(view: RequestView, rule: ResolvedRule): Promise<Outcome> {
    const content = await view.content?.(rule.maxQuerySize);
    if (content === undefined) return forward(view, 'bypass', 'REQUEST-BODY');
    return guarded(view, () => begin(view, rule, content));
  }

  /** Runs what calls functions of the rule. */
  function guarded(view: RequestView, run: () => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
    try {
      return run();
    } catch (error) {
      events.emit('rule-failed', { url: view.url, error: error as ShelflifeError });
      return forward(view, 'bypass', 'RULE-FUNCTION');
    }
  }

  function look(exchange: Exchange): Outcome | Promise<Outcome> {
    const confirmed = log.confirm();
    if (confirmed !== undefined) return lookConfirmed(exchange, confirmed);
    const found = storage.find(exchange.plan.key, exchange.view.headers);
    return found instanceof Promise
      ? found.then((later) => decide(exchange, readable(exchange, later)))
      : decide(exchange, readable(exchange, found));
  }

  async function lookConfirmed(exchange: Exchange, confirmed: Promise<boolean>): Promise<Outcome> {
    const { found, since } = await findConfirmed(rooms, exchange.plan.key, exchange.view.headers, confirmed);
    return decide({ ...exchange, since }, readable(exchange, found));
  }

  function decide(exchange: Exchange, found: Found): Outcome | Promise<Outcome> {
    const { view, rule } = exchange;
    const { stored, standing } = found;
    if (stored === undefined)
      return onlyIfCached(view) ?? ask(exchange, found, found.varyNames.length > 0 ? 'vary-miss' : 'miss');
    const use = useOf(view, rule, { stored, standing, freshUntil: freshUntil(stored), now: clock.now() });
    if (use === 'serve')
      return standing === 'fresh' && isRefresh(exchange, found, stored)
        ? ask(exchange, found, 'stale')
        : serve(exchange, found, stored);
    if (use === 'insist') return onlyIfCached(view) ?? ask(exchange, found, 'request');
    if (view.refresh === true)
      return flights.has(found.key) ? hit(exchange, found.key, stored) : ask(exchange, found, 'stale');
    if (use === 'refresh' && isBeingRefreshed(exchange, found)) return hit(exchange, found.key, stored);
    // Its handler failed a moment ago: spare it, and the client the wait.
    if (standing !== 'kept' && refresher.isPaused(found.key))
      return hit(exchange, found.key, stored, 'STALE-IF-ERROR');
    return onlyIfCached(view) ?? ask(exchange, found, 'stale');
  }

  /** Starts the refresh of a fresh response when it is time for that. True: this request is it. */
  function isRefresh({ view, rule, plan }: Exchange, found: Found, stored: StoredResponse): boolean {
    if (view.refresh === true) return refresher.isRunning(found.key) && !flights.has(found.key);
    if (clock.now() >= refreshAt(stored, rule) || rooms.leases?.isDueEarly(stored) === true)
      refresher.start(view, rule, plan, found);
    return false;
  }

  /** Answers, and says where the answer was: until then it need not be looked for again. */
  function serve(
    exchange: Exchange,
    { key, varyNames }: Found,
    stored: StoredResponse,
  ): Outcome | Promise<Outcome> {
    const outcome = hit(exchange, key, stored);
    if (outcome instanceof Promise || outcome.action !== 'reply') return outcome;
    const until = refreshAt(stored, exchange.rule);
    return { ...outcome, place: { primary: exchange.plan.key, key, varyNames, until } };
  }

  /** Runs the handler, alone or for all who wait, unless this request can wait for another's answer itself. */
  function ask(exchange: Exchange, found: Found, fwd: Forward): Outcome | Promise<Outcome> {
    const { view, rule } = exchange;
    if (exchange.told === undefined && precheck.applies(exchange, found))
      return validate(exchange, found, fwd);
    if (view.method === 'HEAD') return forwardHead(exchange, found, fwd);
    // A client that wants it confirmed now does not take what somebody else was answered with before.
    if (fwd === 'request') return fill(exchange, found, fwd);
    // Traffic with credentials is mostly private: it neither waits nor lets others wait.
    if (view.headers['authorization'] !== undefined && rule.by === undefined)
      return fillAlone(exchange, found, fwd);
    if (uncacheables.has(found.key)) return fillAlone(exchange, found, fwd);
    const landing =
      exchange.attempt > MAX_ATTEMPTS ? undefined : flights.join(found.key, rule.waitLimit, exchange.since);
    if (landing !== undefined) return landing.then((end) => afterLanding(exchange, found, fwd, end));
    const flight = flights.lead(found.key, knownNamesOf(exchange));
    return turns === undefined || flight === undefined || exchange.since !== undefined
      ? fill(exchange, found, fwd, flight)
      : turns.take(exchange, found, fwd, flight);
  }

  function afterLanding(
    exchange: Exchange,
    found: Found,
    fwd: Forward,
    landing: Landing,
  ): Outcome | Promise<Outcome> {
    // What the validators told was true before it waited.
    const { told: _before, ...again } = exchange;
    if (landing.how === 'late') return forward(exchange.view, fwd, 'WAIT-LIMIT');
    if (landing.how === 'uncacheable') return fillAlone(again, found, fwd);
    if (landing.how === 'stored' && isMine(landing, exchange)) {
      counters.collapsed++;
      return hit(exchange, landing.key, landing.stored, undefined, true);
    }
    return look({ ...again, attempt: exchange.attempt + 1 });
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

  /** What will hardly be stored as a whole is left to the handler to take a part of. */
  function fillAlone(exchange: Exchange, found: Found, fwd: Forward): Outcome {
    const isPart = exchange.view.headers['range'] !== undefined && found.stored === undefined;
    return isPart ? forward(exchange.view, 'bypass', 'RANGE') : fill(exchange, found, fwd);
  }

  /** The rule knows the validators of the current answer: perhaps the handler need not run. */
  function validate(exchange: Exchange, found: Found, fwd: Forward): Outcome | Promise<Outcome> {
    const checked = precheck.check(exchange, found);
    if (!(checked instanceof Promise))
      return useChecked(exchange, checked) ?? ask({ ...exchange, told: checked.told }, found, fwd);
    // Meanwhile the answer to another request may have come.
    return checked.then((later) => useChecked(exchange, later) ?? look({ ...exchange, told: later.told }));
  }

  function useChecked(exchange: Exchange, checked: Checked): Outcome | Promise<Outcome> | undefined {
    const { again, reply } = checked;
    return again === undefined ? reply && { action: 'reply', reply } : hit(exchange, again.key, again.stored);
  }

  function enterUnsafe(view: RequestView, rule: ResolvedRule): Outcome | Promise<Outcome> {
    const answered = precheck.answer(view, rule);
    const go = (reply: Reply | undefined): Outcome =>
      reply === undefined ? forwardUnsafe(view) : { action: 'reply', reply };
    return answered instanceof Promise ? answered.then(go) : go(answered);
  }

  return open;
}
