import { type CacheState, formatCacheStatus, type Forward, type Reason } from '../http/cache-status.js';
import { isUnsafe } from '../http/invalidates.js';
import type { RequestView } from '../http/message.js';
import { requestControl } from '../http/reusable.js';
import { planKey } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { bypassReason, isOtherMethod } from './bypass.js';
import { isPersonal, keyWords, lookUpWords, storeWords, useWords, WHY } from './explain-words.js';
import { type ExplainRequest, viewOfPlain } from './explain-view.js';
import { readable } from './readable.js';
import { useOf } from './reuse.js';
import type { Rooms } from './rooms.js';

/** One step of a decision. */
export interface ExplainedStep {
  readonly step: 'request' | 'key' | 'look-up' | 'use' | 'store';
  /** In words, for people: do not compare it. */
  readonly text: string;
  /** What ended the decision here, if it did. */
  readonly code?: Reason;
}

/** Why a request would be answered as it would: `cache.explain()`. */
export interface Explanation {
  /** `'answer'`: from the cache. `'forward'`: the handler runs. */
  readonly action: 'answer' | 'forward';
  /** Cache-Status as it would be when the cache is asked; an answer of the handler adds what became of it. */
  readonly cacheStatus: string;
  /** One of `REASONS`, when there is one to give. */
  readonly code?: Reason;
  readonly steps: readonly ExplainedStep[];
}

/** Explains what `open` would do with a request now. It runs the rule's functions and changes nothing. */
export function createExplain(
  rooms: Rooms,
): (request: ExplainRequest, rule: ResolvedRule, closed: boolean) => Explanation {
  return (request, rule, closed) => {
    const trace = createTrace(rooms.name);
    const view = viewOfPlain(request);
    const reason = closed ? 'CLOSED' : undefined;
    if (reason !== undefined) return trace.forward('request', 'bypass', reason);
    if (isUnsafe(view.method)) return trace.forward('request', 'method', undefined, WHY.unsafe(view.method));
    if (isOtherMethod(view, rule)) return trace.forward('request', 'method', 'METHOD');
    try {
      return explain(rooms, view, rule, request, trace);
    } catch (error) {
      return trace.forward(
        'key',
        'bypass',
        'RULE-FUNCTION',
        error instanceof Error ? error.message : undefined,
      );
    }
  };
}

function explain(
  { storage, log, clock, flights, uncacheables, refresher }: Rooms,
  view: RequestView,
  rule: ResolvedRule,
  { body = '' }: ExplainRequest,
  trace: Trace,
): Explanation {
  const reason = bypassReason(view, rule);
  if (reason !== undefined) return trace.forward('request', 'bypass', reason);
  const content = view.method === 'QUERY' ? Buffer.from(body) : undefined;
  if (content !== undefined && content.byteLength > rule.maxQuerySize)
    return trace.forward('request', 'bypass', 'REQUEST-BODY');
  trace.add('request', WHY.takesPart(view.method));
  const plan = planKey(view, rule, content);
  if (plan === 'bypass') return trace.forward('key', 'bypass', 'KEY');
  trace.add('key', keyWords(view, rule, plan));
  const request = requestControl(view.headers);
  if (rule.clientDirectives === 'honour' && request.noStore)
    return request.onlyIfCached ? trace.refuse() : trace.forward('key', 'request', 'REQUEST-NO-STORE');

  const anyone = storage.peek(plan.key, view.headers);
  const found = readable({ view, rule }, anyone);
  const { stored, standing } = found;
  const now = clock.now();
  trace.add('look-up', lookUpWords(anyone, found, now));
  const freshUntil = stored && Math.min(stored.freshUntil, log.staleSince(stored.position, stored.tags));
  if (stored !== undefined && freshUntil !== undefined) {
    const use = useOf(view, rule, { stored, standing, freshUntil, now });
    const ttl = (freshUntil - now) / 1000;
    const isRefreshable =
      view.method !== 'QUERY' && rule.by === undefined && !refresher.isUnreachable(found.key);
    const isServed = use === 'serve' || (use === 'refresh' && (flights.has(found.key) || isRefreshable));
    trace.add('use', useWords(use, standing, isServed));
    if (isServed) return trace.answer({ hit: true, ttl });
    if (use !== 'insist' && standing !== 'kept' && refresher.isPaused(found.key))
      return trace.answer({ hit: true, ttl, detail: 'STALE-IF-ERROR' });
    if (request.onlyIfCached) return trace.refuse();
    if (use === 'insist') return ask('request');
    trace.add('use', WHY.ask(view, rule, flights.has(found.key), uncacheables.has(found.key)));
    return ask('stale');
  }
  if (request.onlyIfCached) return trace.refuse();
  const isAlone = uncacheables.has(found.key) || isPersonal(view, rule);
  if (isAlone && view.method !== 'HEAD' && view.headers['range'] !== undefined)
    return trace.forward('use', 'bypass', 'RANGE');
  trace.add('use', WHY.ask(view, rule, flights.has(found.key), uncacheables.has(found.key)));
  return ask(found.varyNames.length > 0 ? 'vary-miss' : 'miss');

  function ask(fwd: Forward): Explanation {
    trace.add('store', storeWords(view, rule));
    return trace.forward('store', fwd);
  }
}

type Step = ExplainedStep['step'];

/** Collects the steps of one explanation. */
interface Trace {
  add(step: Step, text: string): void;
  answer(state: CacheState): Explanation;
  refuse(): Explanation;
  /** `text`: why, when the words of the code do not say it. */
  forward(step: Step, fwd: Forward, code?: Reason, text?: string): Explanation;
}

function createTrace(name: string): Trace {
  const steps: ExplainedStep[] = [];
  const end = (action: Explanation['action'], state: CacheState): Explanation => ({
    action,
    cacheStatus: formatCacheStatus(name, state),
    ...(state.detail !== undefined && { code: state.detail }),
    steps,
  });
  return {
    add: (step, text) => void steps.push({ step, text }),
    answer: (state) => end('answer', state),
    refuse() {
      const code = 'ONLY-IF-CACHED';
      steps.push({ step: 'use', code, text: WHY.code(code) });
      return end('answer', { hit: false, fwd: 'request', detail: code });
    },
    forward(step, fwd, code, text) {
      if (code !== undefined) steps.push({ step, code, text: text ?? WHY.code(code) });
      else if (text !== undefined) steps.push({ step, text });
      return end('forward', { hit: false, fwd, detail: code });
    },
  };
}
