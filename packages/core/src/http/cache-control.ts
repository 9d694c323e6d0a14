import { listMembers } from './fields.js';

/** What a Cache-Control field says (RFC 9111 section 5.2, RFC 5861). Lifetimes are seconds, 0 to 2^31. */
export interface CacheControl {
  readonly noStore: boolean;
  /** Also with field names (`no-cache="set-cookie"`), which RFC 9111 section 5.2.2.4 allows. */
  readonly noCache: boolean;
  /** Also with field names (RFC 9111 section 5.2.2.7). */
  readonly private: boolean;
  readonly public: boolean;
  readonly mustRevalidate: boolean;
  /** Also with `must-revalidate`, which includes it, even when that is broken. */
  readonly proxyRevalidate: boolean;
  readonly maxAge?: number;
  readonly sMaxage?: number;
  readonly staleWhileRevalidate?: number;
  readonly staleIfError?: number;
  /** Of a request: answer from the cache or not at all. */
  readonly onlyIfCached: boolean;
}

type Draft = { -readonly [Name in keyof CacheControl]: CacheControl[Name] };

const NOTHING: CacheControl = {
  noStore: false,
  noCache: false,
  private: false,
  public: false,
  mustRevalidate: false,
  proxyRevalidate: false,
  onlyIfCached: false,
};

// These permit something, so they count only when they are written as they should be.
const EXACT = new Map([
  ['public', 'public'],
  ['must-revalidate', 'mustRevalidate'],
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
] as const);

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
  const lifetime = LIFETIMES.get(name as never);
  if (lifetime !== undefined) {
    const seconds = secondsOf(argument?.['quoted'] ?? argument?.['token']);
    control[lifetime] = Math.min(control[lifetime] ?? seconds, seconds);
  }
  const flag = rest === '' ? EXACT.get(name as never) : undefined;
  if (flag !== undefined) control[flag] = true;
  const isForeignText = argument?.['quoted'] !== undefined && !isKnown(name);
  restrict(isForeignText ? name : member, control);
}

function secondsOf(digits: string | undefined): number {
  return digits !== undefined && /^\d+$/.test(digits) ? Math.min(Number(digits), LONGEST_LIFETIME) : 0;
}

function isKnown(name: string): boolean {
  return EXACT.has(name as never) || RESTRICTIVE.has(name as never) || LIFETIMES.has(name as never);
}

function restrict(member: string, control: Draft): void {
  for (const text of readings(member))
    for (const [word] of text.matchAll(RESTRICTIVE_WORD)) {
      const flag = RESTRICTIVE.get(word.toLowerCase() as never);
      if (flag !== undefined) control[flag] = true;
    }
}

// A no-break space or a control character may stand around a word or have slipped into it.
function readings(member: string): readonly string[] {
  const visible = member.replaceAll(/[^\t -~]/g, '');
  return visible === member ? [member] : [member, visible];
}
