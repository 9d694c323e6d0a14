import { createHash } from 'node:crypto';
import type { CacheControl } from '../http/cache-control.js';
import type { Reason } from '../http/cache-status.js';
import type { Headers as Fields } from '../http/message.js';
import { hasConditions } from '../http/preconditions.js';
import { requestControl } from '../http/reusable.js';
import { keyName, targetName } from '../invalidation/tags.js';
import { canonicalAuthority } from '../key/authority.js';
import { encodeParts } from '../key/encode.js';
import { boundedKey } from '../key/key.js';
import { userKey } from '../key/user-key.js';
import type { CacheMode, Fetch, FetchInit, ResolvedFetch } from './options.js';

/** A GET or HEAD as the cache sees it. */
export interface Question {
  readonly method: string;
  /** Absolute, without a fragment. */
  readonly url: string;
  readonly headers: Fields;
  /** The cache mode of the Fetch standard. */
  readonly mode: CacheMode;
  /** What the Cache-Control of the request says. */
  readonly control: CacheControl;
  readonly redirect: Request['redirect'];
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** What `fetch` was called with. */
  readonly input: Parameters<Fetch>[0];
  readonly init: FetchInit | undefined;
  /** Two questions with one key may get the same answer (but for `Vary`). */
  readonly key: string;
  /** What invalidates the answer, but for tags: the URL as a key, and what an unsafe method changes. */
  readonly names: readonly string[];
}

/** Reads the arguments of `fetch`. @throws TypeError as `fetch` does. */
export function questionOf(
  input: Parameters<Fetch>[0],
  init: FetchInit | undefined,
  options: Pick<ResolvedFetch, 'scope' | 'override' | 'ignoreHeaders'>,
): Question {
  const { cache: mode = input instanceof Request ? modeOf(input) : 'default', ...rest } = init ?? {};
  // Request refuses only-if-cached for what is not of the same origin, which a server knows nothing of.
  const request = new Request(input, mode === 'only-if-cached' ? rest : init);
  const headers = Object.fromEntries(request.headers);
  const url = withoutFragment(request.url);
  const { protocol, host, pathname } = new URL(url);
  return {
    method: request.method,
    url,
    headers,
    mode,
    control: requestControl(headers),
    redirect: request.redirect,
    // Not that of the new Request: with that it would be collected.
    signal: init?.signal ?? (input instanceof Request ? input.signal : undefined),
    input,
    init,
    key: boundedKey(encodeParts(['fetch', family(options), url, request.redirect, asked(headers, options)])),
    names: [keyName(userKey(url)), targetName(canonicalAuthority(host, protocol.slice(0, -1)), pathname)],
  };
}

const modeOf = (request: Request): CacheMode =>
  (request as { readonly cache?: CacheMode }).cache ?? 'default';

/** Functions that decide otherwise what may be stored, and for whom, do not read what the other has stored. */
function family({ scope, override, ignoreHeaders }: Parameters<typeof questionOf>[2]): string {
  return encodeParts([scope, override ? 'override' : '', ...ignoreHeaders.toSorted()]);
}

function withoutFragment(url: string): string {
  const end = url.indexOf('#');
  return end === -1 ? url : url.slice(0, end);
}

/** Why a question neither reads nor fills the cache, or `undefined`. */
export function bypassReason({ headers, init }: Question): Reason | undefined {
  if (headers['range'] !== undefined) return 'RANGE';
  // The Fetch standard: whoever asks with conditions has a cache of his own.
  if (hasConditions(headers) || headers['if-range'] !== undefined) return 'PRECONDITION';
  // Another dispatcher may have other credentials; integrity is checked by whoever fetches.
  const isOther = init !== undefined && ('dispatcher' in init || (init.integrity ?? '') !== '');
  return isOther ? 'KEY' : undefined;
}

/**
 * Headers that do not identify anybody: of what they decide, `Vary` tells. All others are part of the key, because which
 * of them is a credential nobody can know.
 */
const NEUTRAL: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'pragma',
  'user-agent',
]);

/** Headers that are another for each request. */
const TRACING = /^(?:traceparent|tracestate|baggage|b3|x-b3-.*|x-request-id|x-correlation-id|sentry-trace)$/;

/** Whether `Vary` is needed to tell that a header selects the answer: the key does not hold it. */
export function isNeutral(name: string): boolean {
  return NEUTRAL.has(name) || TRACING.test(name);
}

/** A digest, as there are credentials among them, and keys show in events. */
function asked(headers: Fields, { ignoreHeaders }: Pick<ResolvedFetch, 'ignoreHeaders'>): string {
  const counting = Object.keys(headers).filter((name) => !isNeutral(name) && !ignoreHeaders.includes(name));
  if (counting.length === 0) return '';
  const parts = counting.toSorted().flatMap((name) => [name, String(headers[name])]);
  return createHash('sha256').update(encodeParts(parts), 'utf16le').digest('base64url');
}
