import { createHash } from 'node:crypto';
import { fieldValue } from '../http/fields.js';
import type { Headers, RequestContent, RequestView } from '../http/message.js';
import { callRule, ruleFunctionError } from '../rule/call.js';
import type { RequestFunction, ResolvedRule } from '../rule/resolve.js';
import type { CookieMode } from '../rule/rule.js';
import { contentFields, contentKey } from './content.js';
import { allowedCookies } from './cookies.js';
import { encodeParts } from './encode.js';
import { AUTHORITY_SHAPING } from './forwarded.js';
import { filterQuery, normaliseQuery } from './query.js';
import { splitTarget } from './target.js';
import { A_KEY, isUserKey, userKey } from './user-key.js';

export { userKey } from './user-key.js';

/** What a request asks for, as far as the rule lets it count. */
export interface KeyPlan {
  /** Two requests with the same key may get the same answer (but for `Vary`). */
  readonly key: string;
  /** Lower-case names of the request headers whose value, or absence, the key covers. Without `cookie`. */
  readonly headerNames: readonly string[];
  /** The request target as the handler may see it: without the query parameters that do not count. */
  readonly url: string;
  /** As received, without the query. */
  readonly path: string;
  /** What the rule's `key` returned, encoded by {@link userKey}. */
  readonly userKey?: string;
  /** The Cookie value that the key covers, when the rule allows single cookies. */
  readonly cookies?: string;
}

/**
 * The key of a request: scheme, authority, path and query (or the rule's own key), the headers of `vary` and
 * those that shape links, the allowed cookies, the user context; of a QUERY its content. `'bypass'`: the rule's `key`
 * or `by` said so.
 *
 * @throws ShelflifeError `ERR_RULE_FUNCTION` when `key` or `by` threw or returned nonsense.
 */
export function planKey(view: RequestView, rule: ResolvedRule, content?: RequestContent): KeyPlan | 'bypass' {
  const own = rule.key && ownKey(rule.key, view);
  const by = rule.by && userContext(rule.by, view);
  if ((rule.key && own === undefined) || (rule.by && by === undefined)) return 'bypass';
  const { origin, path, query } = splitTarget(view.url);
  const counted = filterQuery(query, rule.query);
  const asked = own === undefined ? [path, normaliseQuery(counted, 'all')] : [undefined, own];
  const routed = view.routedUrl === undefined ? undefined : countedUrl(view.routedUrl, rule);
  const headerNames = keyedHeaders(view.headers, rule.vary);
  const headers = encodeParts(headerNames.flatMap((name) => [name, fieldValue(view.headers, name)]));
  const cookies = keyedCookies(view.headers, rule.cookies);
  const parts = [rule.scope, view.scheme, view.authority, origin, ...asked, routed, headers, cookies, by];
  const queried = content === undefined ? [] : [contentKey(view.headers, content)];
  return {
    key: boundedKey(encodeParts([...parts, ...queried])),
    headerNames: content === undefined ? headerNames : [...headerNames, ...framingOf(view.headers)],
    url: `${origin}${path}${counted === '' ? '' : '?'}${counted}`,
    path,
    ...(own !== undefined && { userKey: own }),
    ...(cookies !== undefined && { cookies }),
  };
}

/** The fields of a QUERY that its content covers. */
function framingOf(headers: Headers): readonly string[] {
  return [...contentFields(headers), 'content-length', 'transfer-encoding'];
}

// attacks.md P03: middleware that rewrites the URL decides by something the client sent.
function countedUrl(url: string, rule: ResolvedRule): string {
  const { path, query } = splitTarget(url);
  return encodeParts([path, normaliseQuery(query, rule.query)]);
}

function ownKey(call: RequestFunction, view: RequestView): string | undefined {
  const value = callRule('key', call, view.raw);
  if (value === undefined) return undefined;
  if (isUserKey(value)) return userKey(value);
  throw ruleFunctionError('key', `${A_KEY} or undefined`, value, TO_BYPASS);
}

function userContext(call: RequestFunction, view: RequestView): string | undefined {
  const value = callRule('by', call, view.raw);
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw ruleFunctionError('by', 'a non-empty string or undefined', value, TO_BYPASS);
}

const TO_BYPASS = 'Return undefined to bypass the cache.';

function keyedHeaders(headers: Headers, vary: readonly string[]): readonly string[] {
  const shaping = AUTHORITY_SHAPING.filter((name) => headers[name] !== undefined && !vary.includes(name));
  return shaping.length === 0 ? vary : [...vary, ...shaping];
}

function keyedCookies(headers: Headers, mode: CookieMode): string | undefined {
  if (typeof mode === 'string') return undefined;
  const lines = headers['cookie'];
  return allowedCookies(typeof lines === 'string' ? lines : lines?.join('; '), mode.allow);
}

const LONGEST_KEY = 256;

/**
 * A key as tables keep it: a long one as its digest, because clients choose URLs and headers. A plain key never
 * starts with `#`.
 */
export function boundedKey(key: string): string {
  return key.length <= LONGEST_KEY ? key : `#${keyDigest(key)}`;
}

/** A key in the form that stores get: 64 hexadecimal digits. Keys that differ by one bit have different digests. */
export function keyDigest(key: string): string {
  // As UTF-16: UTF-8 has one form for all lone surrogates.
  return createHash('sha256').update(key, 'utf16le').digest('hex');
}
