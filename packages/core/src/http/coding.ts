import compressible from 'compressible';
import { codedTag } from './etag.js';
import { fieldValue, listMembers, withoutFields } from './fields.js';
import type { FieldLines, Headers } from './message.js';

/**
 * Content codings and their negotiation (RFC 9110 sections 8.4.1 and 12.5.3).
 */

/** A content coding; `identity` is none. */
export type Coding = 'br' | 'zstd' | 'gzip' | 'identity';

/**
 * Those of the `offered` codings that a request accepts, the best first: by the client's weights, among equals in
 * the order they are offered. Without Accept-Encoding it is identity alone: a client that says nothing may not know
 * what to do with anything else. A coding whose weight cannot be read is not accepted.
 */
export function acceptedCodings(accept: string | undefined, offered: readonly Coding[]): readonly Coding[] {
  if (accept === undefined) return offered.filter((coding) => coding === 'identity');
  const weights = new Map<string, number>();
  for (const member of listMembers(accept)) {
    const [name, weight] = readMember(member);
    if (!weights.has(name)) weights.set(name, weight);
  }
  const weightOf = (coding: Coding): number =>
    weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? UNNAMED : 0);
  return offered
    .filter((coding) => weightOf(coding) > 0)
    .toSorted((one, other) => weightOf(other) - weightOf(one));
}

// Identity is acceptable as long as nobody refuses it, but nobody asked for it: behind the smallest weight there is.
const UNNAMED = 0.0001;

const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

function readMember(member: string): readonly [name: string, weight: number] {
  const [name = '', ...parameters] = member.split(';').map((part) => part.trim());
  const coding = name.toLowerCase();
  const weight = parameters.length === 0 ? 1 : Number(WEIGHT.exec(parameters.join(';'))?.[1] ?? 0);
  // Section 8.4.1.3.
  return [coding === 'x-gzip' ? 'gzip' : coding, weight];
}

/** Smaller bodies do not get smaller by as much as the additional fields cost. */
export const LEAST_CODED = 1024;

/**
 * Whether bodies under a head with these fields are worth coding and may be: of a type that compresses, not coded
 * yet, and nobody forbids it (`no-transform`, RFC 9111 section 5.2.2.6). Such answers carry `Vary: Accept-Encoding`
 * whatever their size.
 */
export function isCodable(headers: Headers): boolean {
  if (headers['content-encoding'] !== undefined || headers['content-range'] !== undefined) return false;
  if (/\bno-transform\b/i.test(fieldValue(headers, 'cache-control') ?? '')) return false;
  const type = fieldValue(headers, 'content-type');
  return type !== undefined && compressible(type) === true;
}

/** Whether Vary names Accept-Encoding. */
export function variesByCoding(headers: Headers): boolean {
  return listMembers(fieldValue(headers, 'vary')).some((name) => name.toLowerCase() === 'accept-encoding');
}

// Digests of the bytes (RFC 9530, RFC 1864), and what is true of the plain body only.
const OF_THE_PLAIN_BODY: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-digest',
  'content-length',
  'content-md5',
  'digest',
  'repr-digest',
]);

/** The lines of a response whose body is sent in a coding. */
export function codedLines(lines: FieldLines, coding: Coding, size: number): FieldLines {
  const kept = withoutFields(lines, OF_THE_PLAIN_BODY).map((text, at, all) =>
    at % 2 === 1 && all[at - 1]!.toLowerCase() === 'etag' ? codedTag(text, coding) : text,
  );
  return [...kept, 'Content-Encoding', coding, 'Content-Length', String(size)];
}
