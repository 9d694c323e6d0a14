import type { CacheControl } from './cache-control.js';
import { fieldValue } from './fields.js';
import type { Headers, ResponseHead } from './message.js';
import { varyNames } from './vary.js';

/** Why a response is not stored. */
export type NotStorable =
  /** Informational, 206, 304, or not a status at all. */
  | 'STATUS'
  | 'NO-STORE'
  | 'PRIVATE'
  /** It may be stored only to be confirmed with the handler each time, which this cache does not do. */
  | 'NO-CACHE'
  /** It sets a cookie: meant for one client. */
  | 'SET-COOKIE'
  /** It depends on more than the headers of the request, or its Vary cannot be read. */
  | 'VARY-STAR'
  /** It depends on Cookie or Authorization and the rule does not put the user into the key. */
  | 'VARY-CREDENTIALS'
  /** The request had credentials and neither the response nor the rule says that it is for all. */
  | 'AUTHORIZATION'
  /** The body has no end: server-sent events, multipart/x-mixed-replace. */
  | 'EVENT-STREAM'
  /** Fields follow the body, which a hit could not repeat. */
  | 'TRAILER'
  /** A part of a body under a status that promises the whole. */
  | 'CONTENT-RANGE'
  /** The body is coded for this connection (RFC 9112 section 7). */
  | 'TRANSFER-ENCODING'
  /** Content-Length is not a number, or not that of the body. */
  | 'CONTENT-LENGTH'
  /** Neither the response, the handler nor the rule gives a lifetime that is left. */
  | 'NO-LIFETIME'
  /** There is nothing in it worth keeping under a rule's own lifetime. */
  | 'EMPTY-BODY'
  /** The body is larger than `maxBodySize` of the rule. */
  | 'TOO-LARGE';

/** What the storing decision must know beside the response. */
export interface StorableContext {
  /** The request had Authorization and the rule does not vouch for it. */
  readonly authorization: boolean;
  /** The rule's key covers what matters of the credentials (`by`), so Vary may name Authorization. */
  readonly keysUser: boolean;
  /** The rule's key covers what matters of the cookies (`by`, allowed cookies), so Vary may name Cookie. */
  readonly keysCookies: boolean;
}

/**
 * Why the head of a response forbids a shared cache to store it, or `undefined` when it may (RFC 9111
 * section 3). Lifetime and body are judged elsewhere. The status tells nothing about the wish to store: with a
 * lifetime of its own any final status may be (section 3, last paragraph).
 */
export function notStorableReason(
  head: ResponseHead,
  control: CacheControl,
  context: StorableContext,
): NotStorable | undefined {
  return (
    statusReason(head.status) ??
    controlReason(control) ??
    audienceReason(head.headers, control, context) ??
    bodyReason(head.headers)
  );
}

function statusReason(status: number): NotStorable | undefined {
  const isWhole =
    Number.isInteger(status) && status >= 200 && status <= 599 && status !== 206 && status !== 304;
  return isWhole ? undefined : 'STATUS';
}

function controlReason(control: CacheControl): NotStorable | undefined {
  if (control.noStore) return 'NO-STORE';
  if (control.private) return 'PRIVATE';
  return control.noCache ? 'NO-CACHE' : undefined;
}

function audienceReason(
  headers: Headers,
  control: CacheControl,
  context: StorableContext,
): NotStorable | undefined {
  if (fieldValue(headers, 'set-cookie') !== undefined) return 'SET-COOKIE';
  const vary = varyNames(headers);
  if (vary === '*') return 'VARY-STAR';
  if (vary.includes('authorization') && !context.keysUser) return 'VARY-CREDENTIALS';
  if (vary.includes('cookie') && !context.keysCookies) return 'VARY-CREDENTIALS';
  return context.authorization && !allowsAuthorization(control) ? 'AUTHORIZATION' : undefined;
}

function bodyReason(headers: Headers): NotStorable | undefined {
  const type = fieldValue(headers, 'content-type') ?? '';
  if (/^\s*(?:text\/event-stream|multipart\/x-mixed-replace)/i.test(type)) return 'EVENT-STREAM';
  if (headers['content-range'] !== undefined) return 'CONTENT-RANGE';
  if (headers['trailer'] !== undefined) return 'TRAILER';
  const coding = fieldValue(headers, 'transfer-encoding') ?? 'chunked';
  if (coding.toLowerCase() !== 'chunked') return 'TRANSFER-ENCODING';
  const length = fieldValue(headers, 'content-length') ?? '0';
  return /^\d+$/.test(length) ? undefined : 'CONTENT-LENGTH';
}

/**
 * Whether a response to a request with Authorization may be shared (RFC 9111 section 3.5): `public`,
 * `must-revalidate` or an `s-maxage` above 0. `proxy-revalidate` does not qualify, nor does a broken directive.
 */
export function allowsAuthorization(control: CacheControl): boolean {
  return control.public || control.mustRevalidate || (control.sMaxage ?? 0) > 0;
}
