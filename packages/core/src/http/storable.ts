import type { CacheControl } from './cache-control.js';
import { fieldValue } from './fields.js';
import type { Headers, ResponseHead } from './message.js';
import type { StoringMode } from '../rule/rule.js';
import { UNDERSTOOD_STATUS } from './status.js';
import { varyNames } from './vary.js';

/** Why a response is not stored. */
export type NotStorable =
  /** Informational, 206, 304, or not a status at all. */
  | 'STATUS'
  | 'NO-STORE'
  | 'PRIVATE'
  /** It may be stored only to be confirmed each time, which the rule does not want or its fields do not allow. */
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
  | 'TOO-LARGE'
  /** A 304 that confirms another response than the one that is stored. */
  | 'OTHER-ETAG';

/** What the storing decision must know beside the response. */
export interface StorableContext {
  /** The request had Authorization and the rule does not vouch for it. */
  readonly authorization: boolean;
  /** The rule's key covers what matters of the credentials (`by`), so Vary may name Authorization. */
  readonly keysUser: boolean;
  /** The rule's key covers what matters of the cookies (`by`, allowed cookies), so Vary may name Cookie. */
  readonly keysCookies: boolean;
  readonly storing: StoringMode;
  /** The rule stores Set-Cookie with a response that claims a lifetime. */
  readonly storesCookies: boolean;
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
    controlReason(head.status, control, context.storing) ??
    audienceReason(head, control, context) ??
    bodyReason(head.headers, context.storing)
  );
}

function statusReason(status: number): NotStorable | undefined {
  const isWhole =
    Number.isInteger(status) && status >= 200 && status <= 599 && status !== 206 && status !== 304;
  return isWhole ? undefined : 'STATUS';
}

function controlReason(status: number, control: CacheControl, storing: StoringMode): NotStorable | undefined {
  const mustUnderstand = control.mustUnderstand && storing === 'rfc9111';
  if (mustUnderstand && !UNDERSTOOD_STATUS.has(status)) return 'STATUS';
  if (control.noStore && !mustUnderstand) return 'NO-STORE';
  if (control.private) return 'PRIVATE';
  return control.noCache && storing === 'careful' ? 'NO-CACHE' : undefined;
}

function audienceReason(
  { headers, preset = [] }: ResponseHead,
  control: CacheControl,
  context: StorableContext,
): NotStorable | undefined {
  const setsCookie = fieldValue(headers, 'set-cookie') !== undefined;
  if (setsCookie && (!context.storesCookies || preset.includes('set-cookie'))) return 'SET-COOKIE';
  const vary = varyNames(headers);
  if (vary === '*') return 'VARY-STAR';
  if (vary.includes('authorization') && !context.keysUser) return 'VARY-CREDENTIALS';
  if (vary.includes('cookie') && !context.keysCookies) return 'VARY-CREDENTIALS';
  return context.authorization && !allowsAuthorization(control) ? 'AUTHORIZATION' : undefined;
}

function bodyReason(headers: Headers, storing: StoringMode): NotStorable | undefined {
  const type = fieldValue(headers, 'content-type') ?? '';
  if (/^\s*(?:text\/event-stream|multipart\/x-mixed-replace)/i.test(type)) return 'EVENT-STREAM';
  // Outside of a 206 it means nothing (RFC 9110 section 14.4), or that the handler took it for one.
  if (headers['content-range'] !== undefined && storing === 'careful') return 'CONTENT-RANGE';
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
