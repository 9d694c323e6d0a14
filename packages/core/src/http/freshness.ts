import { type CacheControl, parseCacheControl } from './cache-control.js';
import { fieldValue, listMembers } from './fields.js';
import { parseHttpDate } from './http-date.js';
import type { Headers, ResponseHead } from './message.js';
import type { StoringMode } from '../rule/rule.js';
import { HEURISTIC_STATUS } from './status.js';
import { targetedControl } from './targeted.js';

/** The directives that decide about a response: the only place where they are chosen. */
export function effectiveControl(
  headers: Headers,
  { storing, targeted }: { readonly storing: StoringMode; readonly targeted: readonly string[] },
): CacheControl {
  const control =
    targetedControl(headers, targeted) ?? parseCacheControl(fieldValue(headers, 'cache-control'));
  if (storing === 'careful') return control;
  return {
    ...control,
    noCache: control.noCache && control.noCacheFields === undefined,
    private: control.private && control.privateFields === undefined,
  };
}

/** How long a response is fresh, and who said so. */
export interface Lifetime {
  /** Milliseconds since the response was generated; 0 is stale at once. */
  readonly ms: number;
  readonly source: 's-maxage' | 'max-age' | 'expires' | 'heuristic';
}

const LONGEST_MS = 2 ** 31 * 1000;

/**
 * The freshness lifetime that a response claims for itself, for a shared cache (RFC 9111 section 4.2.1), or
 * `undefined` when it claims none. `receivedAt`, Unix milliseconds, stands in for a missing Date. An Expires
 * that is not one valid date means stale (section 5.3).
 */
export function responseLifetime(
  headers: Headers,
  control: CacheControl,
  receivedAt: number,
): Lifetime | undefined {
  if (control.sMaxage !== undefined) return { ms: control.sMaxage * 1000, source: 's-maxage' };
  if (control.maxAge !== undefined) return { ms: control.maxAge * 1000, source: 'max-age' };
  const expires = control.targeted === true ? undefined : fieldValue(headers, 'expires');
  if (expires === undefined) return undefined;
  const generated = generatedAt(headers, receivedAt);
  return { ms: clamp((parseHttpDate(expires) ?? generated) - generated), source: 'expires' };
}

// Without a limit a page that was last changed ten years ago would be fresh for one.
const LONGEST_HEURISTIC_MS = 24 * 60 * 60 * 1000;

/**
 * The freshness lifetime that is guessed for a response which claims none (RFC 9111 section 4.2.2): a tenth of the
 * time since its Last-Modified, a day at most. Only for a status that is cacheable by default, or with `public`.
 */
export function heuristicLifetime(
  { status, headers }: ResponseHead,
  control: CacheControl,
  receivedAt: number,
): Lifetime | undefined {
  if (!HEURISTIC_STATUS.has(status) && !control.public) return undefined;
  const modified = parseHttpDate(fieldValue(headers, 'last-modified'));
  if (modified === undefined) return undefined;
  const unchanged = generatedAt(headers, receivedAt) - modified;
  return { ms: Math.min(clamp(unchanged / 10), LONGEST_HEURISTIC_MS), source: 'heuristic' };
}

/**
 * Milliseconds that a response is old on arrival: the larger of what its Date and its Age say (RFC 9111
 * section 4.2.3). Of several ages the first counts; one that is not plain digits is ignored (section 5.1).
 * `delay`: milliseconds from asking for it to getting it. It counts with an Age only: a handler that answers from
 * elsewhere; one that worked so long has made something new.
 */
export function initialAge(headers: Headers, receivedAt: number, delay = 0): number {
  const age = listMembers(fieldValue(headers, 'age'))[0];
  const claimed = age !== undefined && /^\d+$/.test(age) ? Number(age) * 1000 + delay : 0;
  return clamp(Math.max(receivedAt - generatedAt(headers, receivedAt), claimed));
}

function generatedAt(headers: Headers, receivedAt: number): number {
  return parseHttpDate(fieldValue(headers, 'date')) ?? receivedAt;
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), LONGEST_MS);
}

/** How long a stale response may still be used, in milliseconds from the end of its freshness (RFC 5861). */
export interface StaleWindows {
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
}

/**
 * The windows of a response: its own directives, else those of the rule (milliseconds). None at all when
 * must-revalidate, proxy-revalidate, s-maxage or no-cache forbids stale answers (RFC 9111 section 4.2.4).
 */
export function staleWindows(control: CacheControl, ruleSwr: number, ruleSie: number): StaleWindows {
  if (forbidsStale(control)) return { staleWhileRevalidate: 0, staleIfError: 0 };
  const { staleWhileRevalidate, staleIfError } = control;
  return {
    staleWhileRevalidate: staleWhileRevalidate === undefined ? ruleSwr : staleWhileRevalidate * 1000,
    staleIfError: staleIfError === undefined ? ruleSie : staleIfError * 1000,
  };
}

/** Whether a response must not be used stale in a shared cache (RFC 9111 section 4.2.4). */
export function forbidsStale(control: CacheControl): boolean {
  return (
    control.mustRevalidate || control.proxyRevalidate || control.noCache || control.sMaxage !== undefined
  );
}
