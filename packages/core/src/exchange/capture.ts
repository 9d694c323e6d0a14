import type { ShelflifeError } from '../errors.js';
import type { Reason } from '../http/cache-status.js';
import type { ResponseHead, StoredResponse } from '../http/message.js';
import { REMOVED } from '../invalidation/log.js';
import { advertise, withTagsOf } from './advertise.js';
import { answerWith, completeHead } from './answer.js';
import { createBodyCopy } from './body.js';
import { createControl } from './control.js';
import { count } from './counters.js';
import { bodyReason, type Decision, decide, speaksForOthers, type Storing } from './decision.js';
import { entryOf, type Judged, tagsFit, tagsOf } from './entry.js';
import type { Fill } from './fill.js';
import type { Landing } from './flights.js';
import { narrow, seenHeaders } from './narrowing.js';
import { madeOf } from './made-of.js';
import { DEAF, passOn } from './pass.js';
import type { Rooms } from './rooms.js';
import { saidLate } from './said-late.js';
import { ERRORS, standIn } from './stand-in.js';
import type { Answer, BodySink, Capture, ResponseControl } from './types.js';
import { watchUser } from './user.js';
import { forOneUser, validatedHead, validatedReply, validatedTimes, withholding } from './validated.js';

const UNCACHEABLE: Landing = { how: 'uncacheable' };
const ABANDONED: Landing = { how: 'abandoned' };

// What is too large now will be for a while; requests for parts of it are left to the handler meanwhile.
const TOO_LARGE_MS = 600_000;

/** An answer on its way to its client. */
interface Told extends Judged {
  /** What its client was answered with: of a 200 it may get a part, or be told that it has it. */
  readonly told: Answer['reply'];
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
  const user = watchUser(view.raw, rule.by !== undefined);
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
    if (landing === UNCACHEABLE && flight !== undefined)
      rooms.uncacheables.add(found.key, reason === 'TOO-LARGE' ? TOO_LARGE_MS : undefined);
    finish(landing);
  }

  function store(judged: Judged, body: Uint8Array, named: readonly string[]): void {
    const { decision, at } = judged;
    const head = completeHead(judged.head, body, fill, at);
    const made = entryOf({ ...judged, head }, body, fill, named, Math.random());
    const entry = madeOf(made, state.uses, clock.now(), rooms.above);
    if (log.staleSince(entry.position, entry.tags) === REMOVED) return refuse('INVALIDATED', ABANDONED);
    const request = seenHeaders(narrowing, view.headers);
    const key = storage.keep(fill.plan.key, entry, request, decision.varyNames);
    rooms.refresher.resume(found.key);
    counters.stored++;
    events.emit('stored', { url: view.url, ttl: entry.freshUntil - at, size: body.byteLength, tags: named });
    if (decision.shareable) rooms.uncacheables.delete(found.key);
    else if (flight !== undefined) rooms.uncacheables.add(found.key);
    finish(decision.shareable ? { how: 'stored', key, stored: entry } : UNCACHEABLE);
  }

  function storeBody(judged: Told, sent: ResponseHead): void {
    const { head, decision, validated } = judged;
    const body = validated?.body ?? copy.take();
    const size = body?.byteLength ?? copy.size;
    const reason = lateReason(sent, judged) ?? bodyReason(head, decision, size, rule);
    if (reason !== undefined || body === undefined) return refuse(reason ?? 'TOO-LARGE');
    // Whoever stops a stream because the client left may well end it properly: only a length tells.
    const isProven =
      phase === 'open' || validated !== undefined || head.headers['content-length'] !== undefined;
    if (!isProven) return refuse('ABANDONED', ABANDONED);
    tags ??= askForTags(head);
    if (tags === undefined) return refuse('RULE-FUNCTION');
    store(judged, body, tags);
  }

  /** What shows only when the answer went out. */
  function lateReason(sent: ResponseHead, judged: Told): Reason | undefined {
    const { head, told, said, decision } = judged;
    // Outer middleware may have added a cookie as the head went out.
    if (String(sent.headers['set-cookie']) !== String(head.headers['set-cookie'])) return 'SET-COOKIE';
    // Somebody has answered with something else after all.
    if (sent.status !== 304 && sent.status !== told.status) return 'STATUS';
    const late = saidLate(sent, told, { ...head, headers: said });
    const verdict = late === undefined ? decision : decide(late, fill, state, clock.now());
    if (!verdict.store) return verdict.reason;
    if (decision.shareable && !verdict.shareable) return 'NO-CACHE';
    return lateUser() ?? notForAll(decision) ?? (state.skipped ? 'SKIPPED' : undefined);
  }

  function lateUser(): Reason | undefined {
    if (!user.isLate()) return undefined;
    rooms.advise('AFTER-AUTH');
    return 'AFTER-AUTH';
  }

  /** Because of what the handler has looked at: the user, or values of the data cache. */
  function notForAll(decision: Storing): Reason | undefined {
    if (user.isRead() && !decision.forAll) return 'USER';
    const { isPrivate, until } = state.uses;
    if (isPrivate) return 'PRIVATE';
    return until === -Infinity ? 'SKIPPED' : undefined;
  }

  function askForTags(head: ResponseHead): readonly string[] | undefined {
    try {
      return tagsOf(fill, head, state.tags);
    } catch (error) {
      events.emit('rule-failed', { url: view.url, error: error as ShelflifeError });
      return undefined;
    }
  }

  /** The tags that are known when the head goes out: of a body in parts not those that come with it. */
  function tagsAt(head: ResponseHead): readonly string[] | undefined {
    return tags ?? (rule.cdn === undefined || rule.cdn.tags.length === 0 ? [] : askForTags(head));
  }

  function sinkFor(judged: Told): BodySink {
    return {
      write(chunk) {
        if (judged.validated !== undefined) return;
        if (phase !== 'done' && !copy.add(chunk)) refuse('TOO-LARGE');
      },
      end(sent) {
        if (phase !== 'done') storeBody(judged, sent);
      },
      abandon: () => refuse('ABANDONED', ABANDONED),
    };
  }

  /** A stale response in place of an error; the waiting requests get it as well. */
  function substitute(error: number): Answer | undefined {
    const reply = standIn(rooms, fill, error);
    if (reply === undefined || found.stored === undefined) return undefined;
    finish({ how: 'stored', key: found.key, stored: found.stored });
    return { reply, sink: DEAF };
  }

  /** The handler says that what is stored is still good: that is the answer, and stored anew. */
  function validate(stored: StoredResponse, answered: ResponseHead): Answer {
    const at = clock.now();
    const head = validatedHead(stored, answered);
    if (!speaksForOthers(answered, fill))
      return tell(stored, forOneUser(head ?? stored, answered), 'AUTHORIZATION');
    if (head === undefined) return disown(stored, stored, 'OTHER-ETAG');
    const decided = decide(head, fill, state, at);
    const reason = reasonAgainst(decided, head, stored.body);
    if (!decided.store || reason !== undefined) return disown(stored, head, reason ?? 'STATUS');
    const decision = state.ttl === undefined ? validatedTimes(decided, stored, answered, rule) : decided;
    if (!tagsFit(stored, tags ?? [])) return disown(stored, head, 'RULE-FUNCTION');
    const whole = completeHead(withholding(head, decision.withheld, answered), stored.body, fill, at);
    const full = advertise(whole, fill, decision, withTagsOf(stored, tags ?? []), events);
    const reply = validatedReply(rooms.name, full, stored.body, fill, { stored: true });
    const judged = { head: full, decision, at, said: head.headers, validated: stored, told: reply };
    return { reply, sink: sinkFor(judged) };
  }

  /** What is stored is no more to be used, but it is what the handler has answered this client with. */
  function disown(stored: StoredResponse, head: ResponseHead, reason: Reason): Answer {
    storage.drop(found.key);
    return tell(stored, head, reason);
  }

  function tell(stored: StoredResponse, head: ResponseHead, reason: Reason): Answer {
    refuse(reason);
    const reply = validatedReply(rooms.name, head, stored.body, fill, { stored: false, detail: reason });
    return { reply, sink: DEAF };
  }

  function answer(head: ResponseHead, body: Uint8Array | undefined): Answer {
    if (phase === 'done') return passOn(head);
    const now = clock.now();
    const instead = substitute(head.status);
    if (instead !== undefined) return instead;
    if (head.status === 304 && fill.conditions !== undefined && found.stored !== undefined)
      return validate(found.stored, head);
    const decision = decide(head, fill, state, now);
    const reason = reasonAgainst(decision, head, body);
    if (!decision.store || reason !== undefined) {
      refuse(reason ?? 'STATUS', ERRORS.has(head.status) ? ABANDONED : UNCACHEABLE);
      return { reply: answerWith(rooms.name, head, fill, { stored: false, detail: reason }), sink: DEAF };
    }
    if (head.wrapped === true && head.headers['content-encoding'] !== undefined) rooms.advise('COMPRESSED');
    const full = advertise(completeHead(head, body, fill, now), fill, decision, tagsAt(head), events);
    const reply = answerWith(rooms.name, full, fill, { stored: true }, body);
    const said = { ...head.headers, ...fill.told?.headers };
    const sink = sinkFor({ head: full, decision, at: now, said, told: reply });
    if (body !== undefined) sink.write(body);
    return { reply, sink };
  }

  function reasonAgainst(decision: Decision, head: ResponseHead, body?: Uint8Array): Reason | undefined {
    const late = lateUser();
    if (!decision.store) return decision.reason;
    if (late !== undefined || body === undefined) return late ?? notForAll(decision);
    tags = askForTags(head);
    if (tags === undefined) return 'RULE-FUNCTION';
    return notForAll(decision) ?? bodyReason(head, decision, body.byteLength, rule);
  }

  /** What is answered ahead of outer middleware has the fields which that would have set. */
  const whole = (head: ResponseHead): ResponseHead => (rule.ahead ? { ...head, preset: [] } : head);

  const { scope } = rooms;
  const capture: Capture = {
    narrowing,
    ...(scope && { run: (work) => scope.observe(state.uses, work) }),
    complete: (head, body) => answer(whole(head), body),
    stream: (head) => answer(whole(head), undefined),
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
