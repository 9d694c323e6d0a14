import { isToken } from './fields.js';
import type { NotStorable } from './storable.js';

/** Why a request was not answered from the cache although its method could have been. */
export type BypassReason =
  /** The request has Authorization and the rule does not put the user into the key. */
  | 'AUTHORIZATION'
  /** The request has cookies and the rule says nothing of them. */
  | 'COOKIE'
  /** The request asks for a part of what is not stored as a whole: too large, or for one client only. */
  | 'RANGE'
  /** The conditions of the request were answered from what `validators` of the rule told. */
  | 'PRECONDITION'
  | 'REQUEST-BODY'
  /** The request asks to be taken for another method (X-HTTP-Method-Override). */
  | 'METHOD-OVERRIDE'
  /** It is for a host that is not among `hosts` of the rule. */
  | 'HOST'
  | 'UPGRADE'
  | 'METHOD'
  /** `bypass` of the rule said so. */
  | 'RULE'
  /** `key` or `by` of the rule returned undefined. */
  | 'KEY'
  /** A function of the rule threw or returned nonsense. */
  | 'RULE-FUNCTION'
  /** Another request's answer was waited for and took longer than `waitLimit`. */
  | 'WAIT-LIMIT'
  /** Authentication ran behind the cache: the answer may belong to the user it found. */
  | 'AFTER-AUTH'
  /** The handler looked at a user that was known before, and the answer does not say that it is for all. */
  | 'USER'
  /** The handler said `skip()`. */
  | 'SKIPPED'
  | 'CLOSED'
  /** The request says no-store, and the rule honours that. */
  | 'REQUEST-NO-STORE'
  /** What was stored, or was being fetched, has been invalidated. */
  | 'INVALIDATED'
  /** The client wants a stored response only, and there is none. */
  | 'ONLY-IF-CACHED'
  /** The handler gave no whole answer: it failed, took the socket over, or the client left too early. */
  | 'ABANDONED'
  /** The handler answered with a server error (5xx). */
  | 'ERROR'
  /** The handler failed and a stale response stands in (RFC 5861 section 4). */
  | 'STALE-IF-ERROR';

/** The `detail` of a Cache-Status field: one list for headers, events and statistics. */
export type Reason = NotStorable | BypassReason;

// A record, so that the compiler misses none and allows no other.
const LISTED: Readonly<Record<Reason, true>> = {
  STATUS: true,
  'NO-STORE': true,
  PRIVATE: true,
  'NO-CACHE': true,
  'SET-COOKIE': true,
  'VARY-STAR': true,
  'VARY-CREDENTIALS': true,
  AUTHORIZATION: true,
  'EVENT-STREAM': true,
  TRAILER: true,
  'CONTENT-RANGE': true,
  'TRANSFER-ENCODING': true,
  'CONTENT-LENGTH': true,
  'NO-LIFETIME': true,
  'EMPTY-BODY': true,
  'TOO-LARGE': true,
  'OTHER-ETAG': true,
  COOKIE: true,
  RANGE: true,
  PRECONDITION: true,
  'REQUEST-BODY': true,
  'METHOD-OVERRIDE': true,
  HOST: true,
  UPGRADE: true,
  METHOD: true,
  RULE: true,
  KEY: true,
  'RULE-FUNCTION': true,
  'WAIT-LIMIT': true,
  'AFTER-AUTH': true,
  USER: true,
  SKIPPED: true,
  CLOSED: true,
  'REQUEST-NO-STORE': true,
  INVALIDATED: true,
  'ONLY-IF-CACHED': true,
  ABANDONED: true,
  ERROR: true,
  'STALE-IF-ERROR': true,
};

/** Every {@link Reason}. */
export const REASONS: readonly Reason[] = Object.keys(LISTED) as Reason[];

/** Why a request went on to the handler (RFC 9211 section 2.2). */
export type Forward = 'miss' | 'uri-miss' | 'vary-miss' | 'stale' | 'bypass' | 'method' | 'request';

/** How the cache handled a request (RFC 9211 section 2). */
export type CacheState =
  | {
      readonly hit: true;
      /** Seconds for which the response is still fresh; below 0 it is stale. */
      readonly ttl: number;
      /** The answer is that of another request this one waited for. */
      readonly collapsed?: boolean | undefined;
      readonly detail?: Reason | undefined;
    }
  | {
      readonly hit: false;
      readonly fwd: Forward;
      readonly fwdStatus?: number | undefined;
      readonly stored?: boolean | undefined;
      readonly collapsed?: boolean | undefined;
      readonly detail?: Reason | undefined;
    };

/**
 * The Cache-Status member of this cache (RFC 9211), e.g. `shelflife; hit; ttl=57` or
 * `shelflife; fwd=bypass; detail=COOKIE`. A name that is no token is quoted; the key is never told.
 */
export function formatCacheStatus(name: string, state: CacheState): string {
  let text = cacheName(name);
  if (state.hit) text += `; hit; ttl=${Math.floor(state.ttl)}`;
  else {
    text += `; fwd=${state.fwd}`;
    if (state.fwdStatus !== undefined) text += `; fwd-status=${state.fwdStatus}`;
    if (state.stored === true) text += '; stored';
  }
  if (state.collapsed === true) text += '; collapsed';
  return state.detail === undefined ? text : `${text}; detail=${state.detail}`;
}

/** The member for an answer of the cache's own, made neither of a stored response nor by the handler. */
export function formatAnsweredStatus(name: string, detail: Reason): string {
  return `${cacheName(name)}; detail=${detail}`;
}

// Token and string as in RFC 9651 sections 3.3.4 and 3.3.3: a token starts with a letter, a string is ASCII.
function cacheName(name: string): string {
  if (/^[A-Za-z]/.test(name) && isToken(name)) return name;
  return `"${name.replaceAll(/[^ -~]/g, '?').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
