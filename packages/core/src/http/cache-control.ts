import { isToken, listMembers } from './fields.js';

/** What a Cache-Control field says (RFC 9111 section 5.2, RFC 5861). Lifetimes are seconds, 0 to 2^31. */
export interface CacheControl {
  readonly noStore: boolean;
  /** Also with field names; see `noCacheFields`. */
  readonly noCache: boolean;
  /** Also with field names; see `privateFields`. */
  readonly private: boolean;
  /**
   * Lower-case names when every no-cache of the field is a well-formed `no-cache="set-cookie"` (RFC 9111 section
   * 5.2.2.4): the rest of the response may be reused. A list that names what a cache itself goes by does not count.
   */
  readonly noCacheFields?: readonly string[];
  /** The same for `private="x-user"` (RFC 9111 section 5.2.2.7). */
  readonly privateFields?: readonly string[];
  readonly public: boolean;
  readonly mustRevalidate: boolean;
  /** Also with `must-revalidate`, which includes it, even when that is broken. */
  readonly proxyRevalidate: boolean;
  /** Only a cache that knows what the status means may store (RFC 9111 section 5.2.2.3). */
  readonly mustUnderstand: boolean;
  readonly maxAge?: number;
  readonly sMaxage?: number;
  readonly staleWhileRevalidate?: number;
  readonly staleIfError?: number;
  /** Of a request: answer from the cache or not at all. */
  readonly onlyIfCached: boolean;
  /** Of a request: how stale an answer may be, `Infinity` without a number (RFC 9111 section 5.2.1.2). */
  readonly maxStale?: number;
  /** Read from a field meant for this cache (RFC 9213), so Expires does not count beside it. See `targeted.ts`. */
  readonly targeted?: boolean;
  /** Of a request: how much freshness must be left (RFC 9111 section 5.2.1.3). */
  readonly minFresh?: number;
}

type Draft = { -readonly [Name in keyof CacheControl]: CacheControl[Name] };

const NOTHING: CacheControl = {
  noStore: false,
  noCache: false,
  private: false,
  public: false,
  mustRevalidate: false,
  proxyRevalidate: false,
  mustUnderstand: false,
  onlyIfCached: false,
};

// These permit something, so they count only when they are written as they should be.
const EXACT = new Map([
  ['public', 'public'],
  ['must-revalidate', 'mustRevalidate'],
  ['must-understand', 'mustUnderstand'],
  ['only-if-cached', 'onlyIfCached'],
] as const);

// These forbid something, so they count however broken the directive around them is.
const RESTRICTIVE = new Map([
  ['no-store', 'noStore'],
  ['no-cache', 'noCache'],
  ['private', 'private'],
  ['must-revalidate', 'proxyRevalidate'],
  ['proxy-revalidate', 'proxyRevalidate'],
] as const);

const LIFETIMES = new Map([
  ['max-age', 'maxAge'],
  ['s-maxage', 'sMaxage'],
  ['stale-while-revalidate', 'staleWhileRevalidate'],
  ['stale-if-error', 'staleIfError'],
  ['max-stale', 'maxStale'],
  ['min-fresh', 'minFresh'],
] as const);

// The two that may name fields in place of the whole response.
const QUALIFIABLE = new Map([
  ['no-cache', 'noCacheFields'],
  ['private', 'privateFields'],
] as const);

// Who has these left out changes what the response means or how long it may be used: that is not this directive's to say.
const INDISPENSABLE: ReadonlySet<string> = new Set([
  'age',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'vary',
]);

const LONGEST_LIFETIME = 2 ** 31;
const NAME = /^[\w!#$%&'*+.^`|~-]+/;
const ARGUMENT = /^=(?:"(?<quoted>[^"\\]*(?:\\.[^"\\]*)*)"|(?<token>[\w!#$%&'*+.^`|~-]+))$/s;
const RESTRICTIVE_WORD =
  /(?<![\w-])(?:no-store|no-cache|private|must-revalidate|proxy-revalidate)(?![\w-])/gi;

/**
 * Reads a Cache-Control field; of several lines pass the joined value (`fieldValue`). It never throws, and what
 * is in doubt it reads as forbidden: of two lifetimes the smaller counts, one that is not plain digits is 0, and
 * a directive that forbids something counts wherever its word stands, except in the quoted argument of a
 * well-formed directive that this cache does not know.
 */
export function parseCacheControl(value: string | undefined): CacheControl {
  if (value === undefined || value === '') return NOTHING;
  const control: Draft = { ...NOTHING };
  for (const member of listMembers(value)) readDirective(member, control);
  return control;
}

function readDirective(member: string, control: Draft): void {
  const name = NAME.exec(member)?.[0].toLowerCase() ?? '';
  const rest = member.slice(name.length);
  const argument = ARGUMENT.exec(rest)?.groups;
  readLifetime(name, rest, argument?.['quoted'] ?? argument?.['token'], control);
  const flag = rest === '' ? EXACT.get(name as never) : undefined;
  if (flag !== undefined) control[flag] = true;
  const quoted = argument?.['quoted'];
  if (quoted !== undefined && qualify(name, quoted, control)) return;
  const isForeignText = quoted !== undefined && !isKnown(name);
  restrict(isForeignText ? name : member, control);
}

function readLifetime(name: string, rest: string, digits: string | undefined, control: Draft): void {
  const lifetime = LIFETIMES.get(name as never);
  if (lifetime === undefined) return;
  const seconds = name === 'max-stale' && rest === '' ? Infinity : secondsOf(digits);
  control[lifetime] = Math.min(control[lifetime] ?? seconds, seconds);
}

function secondsOf(digits: string | undefined): number {
  return digits !== undefined && /^\d+$/.test(digits) ? Math.min(Number(digits), LONGEST_LIFETIME) : 0;
}

function isKnown(name: string): boolean {
  return EXACT.has(name as never) || RESTRICTIVE.has(name as never) || LIFETIMES.has(name as never);
}

/** Reads `no-cache="a, b"`; false when it is to be read as if it named nothing. */
function qualify(name: string, list: string, control: Draft): boolean {
  const fields = QUALIFIABLE.get(name as never);
  const flag = RESTRICTIVE.get(name as never);
  if (fields === undefined || flag === undefined) return false;
  const names = listMembers(list).map((field) => field.toLowerCase());
  const isList = names.length > 0 && names.every((field) => isToken(field) && !isReserved(field));
  if (!isList) return false;
  // One without a list came before: it holds for all.
  if (!control[flag] || control[fields] !== undefined)
    control[fields] = [...(control[fields] ?? []), ...names];
  control[flag] = true;
  return true;
}

// A directive within a list of fields is more likely a quote in the wrong place.
function isReserved(field: string): boolean {
  return INDISPENSABLE.has(field) || RESTRICTIVE.has(field as never);
}

function restrict(member: string, control: Draft): void {
  for (const text of readings(member))
    for (const [word] of text.matchAll(RESTRICTIVE_WORD)) {
      const flag = RESTRICTIVE.get(word.toLowerCase() as never);
      if (flag !== undefined) control[flag] = true;
      const fields = QUALIFIABLE.get(word.toLowerCase() as never);
      if (fields !== undefined) delete control[fields];
    }
}

// A no-break space or a control character may stand around a word or have slipped into it.
function readings(member: string): readonly string[] {
  const visible = member.replaceAll(/[^\t -~]/g, '');
  return visible === member ? [member] : [member, visible];
}
