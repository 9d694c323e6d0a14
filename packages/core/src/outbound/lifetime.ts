import { type CacheControl, parseCacheControl } from '../http/cache-control.js';
import type { Reason } from '../http/cache-status.js';
import {
  effectiveControl,
  heuristicLifetime,
  initialAge,
  responseLifetime,
  staleWindows,
} from '../http/freshness.js';
import type { Headers, ResponseHead } from '../http/message.js';
import { notStorableReason } from '../http/storable.js';
import { hasValidator } from '../http/update.js';
import type { ResolvedFetch } from './options.js';

/** The rules of a private cache (RFC 9111): its user is whoever has the credentials that the key holds. */

/** What of an answer is stored, and how long it is good for what. Times are milliseconds. */
export type Decision = Keeping | { readonly keep: false; readonly reason: Reason };

export interface Keeping {
  readonly keep: true;
  /** Freshness that is left; not above 0 when each use must be confirmed or only the stale windows are open. */
  readonly freshFor: number;
  readonly staleFor: number;
  readonly errorFor: number;
  readonly age: number;
  /** Lower-case names of fields that must not be reused without asking (`no-cache="x"`, RFC 9111 section 5.2.2.4). */
  readonly withheld: readonly string[];
}

/** When an answer was asked for and when its head came, Unix milliseconds. */
export interface Moments {
  readonly requestedAt: number;
  readonly receivedAt: number;
}

type Rule = Pick<ResolvedFetch, 'ttl' | 'override' | 'swr' | 'staleIfError' | 'negativeTtl' | 'heuristic'>;

const NO_WORD = parseCacheControl(undefined);

/**
 * What an answer says to a private cache: `private` is no obstacle, `s-maxage` is for others (RFC 9111 sections 5.2.2.7
 * and 5.2.2.10).
 */
export function privateControl(headers: Headers, { override }: Pick<Rule, 'override'>): CacheControl {
  if (override) return NO_WORD;
  const { sMaxage: _, ...control } = effectiveControl(headers, { storing: 'rfc9111', targeted: [] });
  return { ...control, private: false };
}

/** Whether an answer is for one user, so that nothing that is made of it is stored: by the rule, else by its own word. */
export function isForOne(
  headers: Headers,
  { isPrivate, override }: Pick<ResolvedFetch, 'isPrivate' | 'override'>,
): boolean {
  return isPrivate ?? (!override && effectiveControl(headers, { storing: 'rfc9111', targeted: [] }).private);
}

const CONTEXT = {
  authorization: false,
  keysUser: true,
  keysCookies: true,
  storing: 'rfc9111',
  storesCookies: true,
} as const;

/** Decides by the head of an answer (RFC 9111 section 3). */
export function decide(head: ResponseHead, rule: Rule, moments: Moments): Decision {
  const control = privateControl(head.headers, rule);
  const reason = notStorableReason(head, control, CONTEXT);
  if (reason !== undefined) return { keep: false, reason };
  const { requestedAt, receivedAt } = moments;
  const delay = receivedAt - requestedAt;
  // Section 4.2.3: what was on its way so long is at least so old.
  const age = rule.override ? 0 : Math.max(delay, initialAge(head.headers, receivedAt, delay));
  const own = ownLifetime(head, control, rule, receivedAt);
  const lifetime = own ?? ruledLifetime(head.status, rule);
  const freshFor = (lifetime === undefined || control.noCache ? 0 : lifetime) - age;
  const { staleWhileRevalidate: staleFor, staleIfError: errorFor } = windows(head, control, rule, lifetime);
  const isUseful = freshFor + Math.max(staleFor, errorFor) > 0 && lifetime !== undefined;
  if (!isUseful && !hasValidator(head))
    return { keep: false, reason: control.noCache ? 'NO-CACHE' : 'NO-LIFETIME' };
  return { keep: true, freshFor, staleFor, errorFor, age, withheld: control.noCacheFields ?? [] };
}

function ownLifetime(
  head: ResponseHead,
  control: CacheControl,
  rule: Rule,
  receivedAt: number,
): number | undefined {
  if (rule.override) return undefined;
  const claimed = responseLifetime(head.headers, control, receivedAt);
  return (claimed ?? (rule.heuristic ? heuristicLifetime(head, control, receivedAt) : undefined))?.ms;
}

const TTL_STATUS: ReadonlySet<number> = new Set([200, 203, 301, 308]);
const NEGATIVE_STATUS: ReadonlySet<number> = new Set([404, 410]);

function ruledLifetime(status: number, { ttl, negativeTtl }: Rule): number | undefined {
  if (TTL_STATUS.has(status)) return ttl;
  return NEGATIVE_STATUS.has(status) && negativeTtl > 0 ? negativeTtl : undefined;
}

function windows(
  { status }: ResponseHead,
  control: CacheControl,
  { swr, staleIfError }: Rule,
  lifetime: number | undefined,
): ReturnType<typeof staleWindows> {
  // What the rule allows is for good answers whose freshness has an end.
  const isRuled = lifetime !== undefined && !NEGATIVE_STATUS.has(status);
  return staleWindows(control, isRuled ? swr : 0, isRuled ? staleIfError : 0);
}
