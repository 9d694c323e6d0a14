import { findConfirmed } from '../exchange/confirmed.js';
import type { Found } from '../exchange/storage.js';
import { type CacheState, formatCacheStatus, type Forward } from '../http/cache-status.js';
import { invalidatedBy, isUnsafe } from '../http/invalidates.js';
import type { StoredResponse } from '../http/message.js';
import { targetName } from '../invalidation/tags.js';
import { canonicalAuthority } from '../key/authority.js';
import { canBeMade, fromStored, headOf, passedOn } from './answers.js';
import { watchBody } from './body.js';
import { isForOne } from './lifetime.js';
import { type Fetch, type FetchInit, type FetchOptions, resolveFetch } from './options.js';
import { bypassReason, type Question, questionOf } from './question.js';
import { createRefresh } from './refresh.js';
import type { FetchRooms } from './rooms.js';
import { createSend } from './send.js';
import { untilAborted } from './until-aborted.js';
import { useOf } from './use.js';

const MAX_ATTEMPTS = 3;

/** One look for an answer. */
interface Asking {
  readonly question: Question;
  readonly found: Found;
  readonly fwd: Forward;
  /** See `findConfirmed`. */
  readonly since?: number | undefined;
  readonly attempt: number;
}

/**
 * Makes a `fetch` that answers from the cache. `isClosed`: the cache takes no part any more.
 * @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value.
 */
export function createFetcher(rooms: FetchRooms, given: FetchOptions, isClosed: () => boolean): Fetch {
  const options = resolveFetch(given);
  const { name, clock, log, storage, scope, events, calls, retries, uncacheables } = rooms;
  const send = createSend(rooms, options);
  const refresh = createRefresh(rooms, send);
  const plain: Fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);

  /** The story: other methods pass by; what is stored and good is served; else one call for all who ask. */
  async function fetch(input: Parameters<Fetch>[0], init?: FetchInit): Promise<Response> {
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    if (isClosed() || !/^https?:/i.test(input instanceof Request ? input.url : String(input)))
      return plain(input, init);
    if (method !== 'GET' && method !== 'HEAD') return passBy(method, input, init);
    const question = questionOf(input, init, options);
    question.signal?.throwIfAborted();
    const reason = bypassReason(question);
    if (reason !== undefined) return direct(question, { hit: false, fwd: 'bypass', detail: reason });
    if (question.mode === 'no-store' || question.control.noStore)
      return direct(question, { hit: false, fwd: 'request', detail: 'REQUEST-NO-STORE' });
    return answer(question, 1);
  }

  async function passBy(method: string, input: Parameters<Fetch>[0], init?: FetchInit): Promise<Response> {
    const { host, pathname, protocol } = new URL(input instanceof Request ? input.url : input);
    const response = await plain(input, init);
    if (!isUnsafe(method)) return response;
    const scheme = protocol.slice(0, -1);
    const view = { method, url: pathname, scheme, authority: canonicalAuthority(host, scheme) };
    const targets = invalidatedBy(view, response.status, headOf(response).headers);
    const names = targets.map(({ authority, path }) => targetName(authority, path));
    if (names.length > 0) rooms.invalidate(names);
    return response;
  }

  async function direct(question: Question, state: CacheState): Promise<Response> {
    const response = await plain(question.input, question.init);
    if (!canBeMade(response)) return response;
    const { signal } = question;
    const body = response.body && watchBody(response.body, { ...UNWATCHED, signal });
    return tell(question, passedOn(response, body, name, state), state);
  }

  async function answer(question: Question, attempt: number): Promise<Response> {
    const { found, since } = await find(question);
    const { key, stored, standing } = found;
    if (stored === undefined) {
      const fwd = question.mode === 'reload' ? 'request' : found.varyNames.length > 0 ? 'vary-miss' : 'miss';
      return refused(question) ?? ask({ question, found, fwd, since, attempt });
    }
    const judged = { stored, standing, freshUntil: freshUntil(stored), now: clock.now() };
    const use = useOf(question, options.override, judged);
    if (use === 'refresh') refresh(question, found);
    if (use === 'serve' || use === 'refresh') return serve(question, stored);
    if (use === 'ask' && standing === 'error' && retries.isPaused(key))
      return serve(question, stored, { detail: 'STALE-IF-ERROR' });
    const fwd = use === 'insist' ? 'request' : 'stale';
    return refused(question) ?? ask({ question, found, fwd, since, attempt });
  }

  async function find({
    key,
    headers,
    mode,
  }: Question): Promise<{ found: Found; since?: number | undefined }> {
    if (mode === 'reload') {
      const lost = { stored: undefined, standing: 'gone', varyNames: [] } as const;
      return { found: { key: storage.keyFor(key, headers), ...lost } };
    }
    const confirmed = log.confirm();
    return confirmed === undefined
      ? { found: await storage.find(key, headers) }
      : findConfirmed(rooms, key, headers, confirmed);
  }

  const freshUntil = (stored: StoredResponse): number =>
    Math.min(stored.freshUntil, log.staleSince(stored.position, stored.tags));

  /** For whoever wants a stored answer or none (Fetch standard; RFC 9111 section 5.2.1.7). */
  function refused(question: Question): Response | undefined {
    if (question.mode === 'only-if-cached')
      throw new TypeError('fetch failed', { cause: new Error('not in the cache') });
    if (!question.control.onlyIfCached) return undefined;
    const state = { hit: false, fwd: 'miss', detail: 'ONLY-IF-CACHED' } as const;
    return tell(question, passedOn(new Response(null, { status: 504 }), null, name, state), state);
  }

  function serve(
    question: Question,
    stored: StoredResponse,
    more: Pick<CacheState & { readonly hit: true }, 'collapsed' | 'detail'> = {},
  ): Response {
    const now = clock.now();
    const until = freshUntil(stored);
    const state: CacheState = { hit: true, ttl: (until - now) / 1000, ...more };
    scope.note(stored.tags, until, isForOne(stored.headers, options));
    return tell(question, fromStored(stored, question, now, formatCacheStatus(name, state)), state);
  }

  async function ask(asking: Asking): Promise<Response> {
    const { question, found, fwd, since, attempt } = asking;
    if (question.method === 'HEAD') return direct(question, { hit: false, fwd });
    // Whoever wants it confirmed now does not take what somebody else was answered with before.
    const isShared = fwd !== 'request' && !uncacheables.has(found.key);
    const running = isShared && attempt <= MAX_ATTEMPTS ? calls.join(found.key, since) : undefined;
    if (running !== undefined) return wait(asking, running);
    const call = calls.start(isShared ? found.key : undefined, question.names);
    const left = call.hold();
    const sent = await untilAborted(send({ question, found, fwd, call, left }), question.signal, left);
    scope.note([...sent.uses.names], sent.uses.until, sent.uses.isPrivate);
    return tell(question, sent.response, sent.state);
  }

  async function wait(asking: Asking, call: ReturnType<typeof calls.start>): Promise<Response> {
    const { question, attempt } = asking;
    const left = call.hold();
    const landing = await untilAborted(call.landed, question.signal, left);
    left();
    if (landing.how === 'failed') throw landing.error;
    if (landing.how === 'uncacheable') return ask({ ...asking, attempt: MAX_ATTEMPTS + 1 });
    const isMine =
      landing.how === 'stored' &&
      storage.keyFor(question.key, question.headers) === landing.key &&
      log.staleSince(landing.stored.position, landing.stored.tags) === Infinity;
    return isMine ? serve(question, landing.stored, { collapsed: true }) : answer(question, attempt + 1);
  }

  function tell({ url }: Question, response: Response, state: CacheState): Response {
    events.emit('fetch', { url, ...state });
    return response;
  }

  return fetch;
}
const UNWATCHED = {
  limit: undefined,
  complete: () => {},
  tooLarge: () => {},
  failed: () => {},
  left: () => {},
} as const;
