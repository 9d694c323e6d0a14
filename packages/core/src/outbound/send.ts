import { noUses, type Uses } from '../exchange/scope.js';
import { ERRORS } from '../exchange/stand-in.js';
import { standingOf } from '../exchange/standing.js';
import type { Found } from '../exchange/storage.js';
import { validatedHead } from '../exchange/validated.js';
import { type CacheState, formatCacheStatus, type Forward } from '../http/cache-status.js';
import type { ResponseHead, StoredResponse } from '../http/message.js';
import { conditionsFor } from '../http/update.js';
import { canBeMade, fromStored, headOf, passedOn } from './answers.js';
import { watchBody } from './body.js';
import type { Call } from './calls.js';
import { entryOf } from './entry.js';
import { createJudge, type Verdict } from './judge.js';
import { isForOne, type Moments } from './lifetime.js';
import type { ResolvedFetch } from './options.js';
import type { Question } from './question.js';
import type { FetchRooms } from './rooms.js';

/** A question on its way to its server. */
export interface Sending {
  readonly question: Question;
  /** What the cache has: perhaps an answer that can be confirmed, or stand in for an error. */
  readonly found: Found;
  readonly fwd: Forward;
  readonly call: Call;
  /** Its caller needs no more of the answer. */
  readonly left: () => void;
}

/** An answer, and what counts for whatever is made of it. */
export interface Sent {
  readonly response: Response;
  readonly state: CacheState;
  readonly uses: Uses;
}

/** Sends a question, stores its answer and lets go who waits for it. Rejects as `fetch` does. */
export type Send = (sending: Sending) => Promise<Sent>;

/** So long a server that has failed is spared while a stale answer stands in. */
const PAUSE_MS = 1000;

export function createSend(rooms: FetchRooms, options: ResolvedFetch): Send {
  const { name, clock, log, storage, retries, events } = rooms;
  const judge = createJudge(rooms, options);

  async function send(sending: Sending): Promise<Sent> {
    const { question, found, call } = sending;
    const requestedAt = clock.now();
    const conditions = found.stored && conditionsFor(found.stored);
    let answer: Response;
    try {
      answer = await request(question, conditions, call.signal);
    } catch (error) {
      return failed(sending, error);
    }
    const moments = { requestedAt, receivedAt: clock.now() };
    const instead = ERRORS.has(answer.status) ? standIn(sending, answer.status) : undefined;
    const isConfirmed = answer.status === 304 && conditions !== undefined;
    if (instead === undefined && !isConfirmed)
      return canBeMade(answer) ? pass(sending, answer, moments) : passAsItIs(sending, answer);
    // Nobody reads it.
    void answer.body?.cancel().catch(() => {});
    return instead ?? confirm(sending, found.stored!, headOf(answer), moments);
  }

  function request(
    { url, headers, mode, redirect, init }: Question,
    conditions: Readonly<Record<string, string>> | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const run = options.fetch ?? globalThis.fetch;
    // In the mode `default` fetch adds `no-cache` to whatever has conditions, and caches on the way would obey.
    const cache = conditions !== undefined && mode === 'default' ? 'force-cache' : mode;
    const fields = { ...headers, ...conditions } as Record<string, string>;
    return run(url, { ...init, method: 'GET', headers: fields, redirect, signal, cache });
  }

  function failed(sending: Sending, error: unknown): Sent {
    const { call } = sending;
    const isGivenUp = call.signal.aborted;
    const instead = isGivenUp ? undefined : standIn(sending, undefined, error);
    if (instead !== undefined) return instead;
    call.land(isGivenUp ? { how: 'abandoned' } : { how: 'failed', error });
    throw error;
  }

  /** The stored answer in place of an error (RFC 5861 section 4), unless the caller wants a new one. */
  function standIn(
    sending: Sending,
    status?: number,
    error: unknown = new Error(`status ${status}`),
  ): Sent | undefined {
    const { question, found, fwd, call } = sending;
    const { key, stored } = found;
    if (stored === undefined || fwd === 'request') return undefined;
    const standing = standingOf(stored, log.staleSince(stored.position, stored.tags), clock.now());
    if (standing === 'gone' || standing === 'kept') return undefined;
    retries.pause(key, PAUSE_MS);
    events.emit('load-failed', { key: question.url, error });
    call.land({ how: 'stored', key, stored });
    const uses = {
      names: new Set(stored.tags),
      until: stored.freshUntil,
      isPrivate: isForOne(stored.headers, options),
    };
    const state = { hit: false, fwd, fwdStatus: status, detail: 'STALE-IF-ERROR' } as const;
    return told(sending, stored, state, uses);
  }

  /** The server says that what is stored is still good (RFC 9111 section 4.3.4). */
  function confirm(
    sending: Sending,
    stored: StoredResponse,
    answer: ResponseHead,
    moments: Moments,
  ): Sent | Promise<Sent> {
    const { question, found, fwd, call } = sending;
    const head = validatedHead(stored, answer);
    // It speaks of another answer.
    if (head === undefined)
      return send({ ...sending, found: { ...found, stored: undefined, standing: 'gone' } });
    const { decision, names, uses } = judge.verdict(question, head, moments, false);
    const state: CacheState = { hit: false, fwd, fwdStatus: 304, ...stateOf(decision) };
    if (!decision.keep) {
      storage.drop(found.key);
      judge.refuse(sending, 304);
      const { lines = stored.lines } = head;
      return told(sending, { ...stored, lines, generatedAt: moments.receivedAt }, state, uses);
    }
    const all = [...new Set([...stored.tags, ...names])];
    const entry = entryOf({ head, decision, moments, position: call.position, names: all }, stored.body);
    judge.store(sending, entry);
    return told(sending, entry, state, { ...uses, names: new Set(all) });
  }

  function told({ question, left }: Sending, stored: StoredResponse, state: CacheState, uses: Uses): Sent {
    left();
    return {
      response: fromStored(stored, question, clock.now(), formatCacheStatus(name, state)),
      state,
      uses,
    };
  }

  /** Servers send statuses that are none, and `fetch` hands them on; no Response can be made with one. */
  function passAsItIs(sending: Sending, response: Response): Sent {
    const { question, fwd, left } = sending;
    judge.refuse(sending, response.status);
    question.signal?.addEventListener('abort', left);
    return { response, state: { hit: false, fwd, detail: 'STATUS' }, uses: noUses() };
  }

  /** A new answer: stored as it goes by, when it may be. */
  function pass(sending: Sending, answer: Response, moments: Moments): Sent {
    const { question, fwd, call, left } = sending;
    const head = headOf(answer);
    const { decision, names, uses } = judge.verdict(question, head, moments, answer.redirected);
    const state: CacheState = { hit: false, fwd, ...stateOf(decision) };
    if (!decision.keep) judge.refuse(sending, head.status);
    const complete = (body: Uint8Array): void => {
      const judged = { head, moments, position: call.position, names };
      if (decision.keep) judge.store(sending, entryOf({ ...judged, decision }, body));
    };
    const watched = {
      limit: decision.keep ? options.maxBodySize : undefined,
      signal: question.signal,
      complete,
      tooLarge: () => judge.refuse(sending, head.status),
      failed: () => call.land({ how: 'abandoned' }),
      left,
    };
    const body = answer.body && watchBody(answer.body, watched);
    if (body === null) {
      complete(new Uint8Array(0));
      left();
    }
    return { response: passedOn(answer, body, name, state), state, uses };
  }

  return async (sending) => {
    try {
      return await send(sending);
    } catch (error) {
      // Whatever it was, nobody is to wait for it.
      sending.call.land({ how: 'abandoned' });
      sending.left();
      throw error;
    }
  };
}

function stateOf(
  decision: Verdict['decision'],
): Pick<CacheState & { readonly hit: false }, 'stored' | 'detail'> {
  return decision.keep ? { stored: true } : { stored: false, detail: decision.reason };
}
