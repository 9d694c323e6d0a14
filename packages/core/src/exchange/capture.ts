import type { ShelflifeError } from '../errors.js';
import { formatCacheStatus, type Reason } from '../http/cache-status.js';
import type { ResponseHead } from '../http/message.js';
import { REMOVED } from '../invalidation/log.js';
import { answerWith, completeHead } from './answer.js';
import { createBodyCopy } from './body.js';
import { createControl } from './control.js';
import { count } from './counters.js';
import { bodyReason, type Decision, decide, type Storing } from './decision.js';
import { entryOf, tagsOf } from './entry.js';
import type { Fill } from './fill.js';
import type { Landing } from './flights.js';
import { watchUser } from './late-user.js';
import { narrow, seenHeaders } from './narrowing.js';
import { DEAF, passOn } from './pass.js';
import { replyFrom } from './reply.js';
import type { Rooms } from './rooms.js';
import { standingOf } from './standing.js';
import type { Answer, BodySink, Capture, ResponseControl } from './types.js';

/** Errors that a stale response may stand in for (RFC 5861 section 4). */
const ERRORS: ReadonlySet<number> = new Set([500, 502, 503, 504]);

const UNCACHEABLE: Landing = { how: 'uncacheable' };
const ABANDONED: Landing = { how: 'abandoned' };

/** An answer that is to be stored when its body is complete. Its age and lifetime count from `at`, when its head came. */
interface Judged {
  readonly head: ResponseHead;
  readonly decision: Storing;
  readonly at: number;
}

/** Takes the answer to one {@link Fill}: decides, copies, stores, and lets the waiting requests go. */
export function createCapture(
  rooms: Rooms,
  fill: Fill,
): { readonly capture: Capture; readonly control: ResponseControl } {
  const { clock, storage, log, events, counters } = rooms;
  const { view, rule, found, flight } = fill;
  const { control, state } = createControl(fill.fwd);
  const narrowing = narrow(fill, events);
  const hasLateUser = watchUser(view.raw);
  const copy = createBodyCopy(rule.maxBodySize);
  let phase: 'open' | 'detached' | 'done' = 'open';
  let tags: readonly string[] | undefined;

  function finish(landing: Landing): void {
    phase = 'done';
    flight?.land(landing);
  }

  function refuse(reason: Reason, landing = UNCACHEABLE): void {
    if (phase === 'done') return;
    count(counters.notStored, reason);
    events.emit('not-stored', { url: view.url, reason });
    if (landing === UNCACHEABLE && flight !== undefined) rooms.uncacheables.add(found.key);
    finish(landing);
  }

  function store({ head, decision, at }: Judged, body: Uint8Array, named: readonly string[]): void {
    const entry = entryOf(completeHead(head, body, fill, at), body, fill, decision, named, at);
    if (log.staleSince(entry.position, entry.tags) === REMOVED) return refuse('INVALIDATED', ABANDONED);
    const request = seenHeaders(narrowing, view.headers);
    const key = storage.keep(fill.plan.key, entry, request, decision.varyNames);
    rooms.uncacheables.delete(found.key);
    rooms.refresher.resume(found.key);
    counters.stored++;
    events.emit('stored', { url: view.url, ttl: decision.freshFor, size: body.byteLength, tags: named });
    finish({ how: 'stored', key, stored: entry });
  }

  function storeBody(judged: Judged, sent: ResponseHead): void {
    const { head, decision } = judged;
    const reason = lateReason(sent, head.status) ?? bodyReason(head, decision, copy.size, rule);
    const body = copy.take();
    if (reason !== undefined || body === undefined) return refuse(reason ?? 'TOO-LARGE');
    // Whoever stops a stream because the client left may well end it properly: only a length tells.
    const isProven = phase === 'open' || head.headers['content-length'] !== undefined;
    if (!isProven) return refuse('ABANDONED', ABANDONED);
    tags ??= askForTags(head);
    if (tags === undefined) return refuse('RULE-FUNCTION');
    store(judged, body, tags);
  }

  /** What shows only when the answer went out. */
  function lateReason(sent: ResponseHead, status: number): Reason | undefined {
    // Outer middleware may have added a cookie as the head went out.
    if (sent.headers['set-cookie'] !== undefined) return 'SET-COOKIE';
    // Somebody has answered with something else after all.
    if (sent.status !== 304 && sent.status !== status) return 'STATUS';
    return lateUser() ?? (state.skipped ? 'SKIPPED' : undefined);
  }

  function lateUser(): Reason | undefined {
    if (!hasLateUser()) return undefined;
    rooms.advise('AFTER-AUTH');
    return 'AFTER-AUTH';
  }

  function askForTags(head: ResponseHead): readonly string[] | undefined {
    try {
      return tagsOf(fill, head, state.tags);
    } catch (error) {
      events.emit('rule-failed', { url: view.url, error: error as ShelflifeError });
      return undefined;
    }
  }

  function sinkFor(judged: Judged): BodySink {
    return {
      write(chunk) {
        if (phase !== 'done' && !copy.add(chunk)) refuse('TOO-LARGE');
      },
      end(sent) {
        if (phase !== 'done') storeBody(judged, sent);
      },
      abandon: () => refuse('ABANDONED', ABANDONED),
    };
  }

  /** A stale response in place of an error; the waiting requests get it as well. */
  function standIn(error: number): Answer | undefined {
    if (found.stored === undefined || !ERRORS.has(error)) return undefined;
    // It may have been invalidated while the handler ran.
    const staleSince = log.staleSince(found.stored.position, found.stored.tags);
    if (standingOf(found.stored, staleSince, clock.now()) === 'gone') return undefined;
    rooms.refresher.pause(found.key);
    count(counters.notStored, 'ERROR');
    events.emit('not-stored', { url: view.url, reason: 'ERROR' });
    const status = { hit: false, fwd: 'stale', fwdStatus: error, detail: 'STALE-IF-ERROR' } as const;
    finish({ how: 'stored', key: found.key, stored: found.stored });
    return {
      reply: replyFrom(found.stored, view, clock.now(), formatCacheStatus(rooms.name, status)),
      sink: DEAF,
    };
  }

  function answer(head: ResponseHead, body: Uint8Array | undefined): Answer {
    if (phase === 'done') return passOn(head);
    const now = clock.now();
    const substitute = standIn(head.status);
    if (substitute !== undefined) return substitute;
    const decision = decide(head, fill, state, now);
    const reason = reasonAgainst(decision, head, body);
    if (!decision.store || reason !== undefined) {
      refuse(reason ?? 'STATUS', ERRORS.has(head.status) ? ABANDONED : UNCACHEABLE);
      return { reply: answerWith(rooms.name, head, fill, { stored: false, detail: reason }), sink: DEAF };
    }
    if (head.wrapped === true && head.headers['content-encoding'] !== undefined) rooms.advise('COMPRESSED');
    const full = completeHead(head, body, fill, now);
    const sink = sinkFor({ head: full, decision, at: now });
    if (body !== undefined) sink.write(body);
    return { reply: answerWith(rooms.name, full, fill, { stored: true }), sink };
  }

  function reasonAgainst(decision: Decision, head: ResponseHead, body?: Uint8Array): Reason | undefined {
    const late = lateUser();
    if (!decision.store) return decision.reason;
    if (late !== undefined || body === undefined) return late;
    tags = askForTags(head);
    return tags === undefined ? 'RULE-FUNCTION' : bodyReason(head, decision, body.byteLength, rule);
  }

  const capture: Capture = {
    narrowing,
    complete: answer,
    stream: (head) => answer(head, undefined),
    detach() {
      if (phase !== 'open') return;
      phase = 'detached';
      flight?.land(ABANDONED);
    },
    abandon: () => refuse('ABANDONED', ABANDONED),
    hijacked: () => refuse('ABANDONED'),
    override: () => finish(UNCACHEABLE),
  };
  return { capture, control };
}
