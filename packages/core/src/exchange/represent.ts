import { randomBytes } from 'node:crypto';
import { contentRange, multipartBody } from '../http/byteranges.js';
import { notModifiedLines } from '../http/conditional.js';
import { fieldValue, withoutFields } from '../http/fields.js';
import type { FieldLines, Headers, Reply, RequestView, ResponseHead } from '../http/message.js';
import { conditionalStatus } from '../http/preconditions.js';
import { type ByteRange, holdsIfRange, selectRanges } from '../http/range.js';

/** A whole answer to a GET, before the request's own conditions and ranges are looked at. */
export interface Whole extends ResponseHead {
  readonly lines: FieldLines;
  readonly body: Uint8Array;
  /** True when the cache itself coded the body: no parts are made of that (see `codings.ts`). */
  readonly coded?: boolean;
}

/**
 * The one place where the answer to a client is made of a whole response, stored or just completed. In the order of
 * RFC 9110 section 13.2.2: 412, 304, then for GET 206 and 416, then the response itself; without a body for HEAD.
 */
export function represent(whole: Whole, view: RequestView): Reply {
  const instead = representHead(whole, view);
  if (instead !== undefined) return instead;
  const { status, reason, headers, lines, body } = whole;
  const part = view.headers['range'] === undefined ? undefined : partOf(whole, view);
  if (part !== undefined) return part;
  const reply = { status, headers, lines, body: view.method === 'HEAD' ? null : body };
  return reason === undefined ? reply : { ...reply, reason };
}

/** What the conditions of the request make of a response of which the body is not known yet: a 412, a 304 or nothing. */
export function representHead(
  head: ResponseHead & { readonly lines: FieldLines },
  view: RequestView,
): Reply | undefined {
  const status = conditionalStatus(view.method, view.headers, head);
  if (status === undefined) return undefined;
  if (status === 412) return refusal(412, head);
  return { status, headers: head.headers, lines: notModifiedLines(head.lines), body: null };
}

/** RFC 9110 sections 14.2 and 15.3.7: ranges are for GET, and for what is a 200 otherwise. */
function partOf(whole: Whole, { method, headers: request }: RequestView): Reply | undefined {
  const { status, headers, body } = whole;
  if (method === 'HEAD' || status !== 200 || whole.coded === true) return undefined;
  if (fieldValue(headers, 'accept-ranges')?.toLowerCase() === 'none') return undefined;
  if (!holdsIfRange(request, headers)) return undefined;
  const selection = selectRanges(fieldValue(request, 'range') ?? '', body.byteLength);
  if (selection === 'whole') return undefined;
  if (selection === 'unsatisfiable') {
    return refusal(416, whole, ['Content-Range', contentRange(undefined, body.byteLength)]);
  }
  const [range, ...more] = selection;
  return more.length === 0 ? onePart(whole, range) : severalParts(whole, selection);
}

function onePart(whole: Whole, range: ByteRange): Reply {
  const { first, last } = range;
  return partial(
    whole,
    ['Content-Range', contentRange(range, whole.body.byteLength)],
    whole.body.subarray(first, last + 1),
  );
}

function severalParts(whole: Whole, ranges: readonly ByteRange[]): Reply | undefined {
  const boundary = randomBytes(18).toString('hex');
  const body = multipartBody(whole.body, ranges, fieldValue(whole.headers, 'content-type'), boundary);
  const type = ['Content-Type', `multipart/byteranges; boundary=${boundary}`];
  return body && partial({ ...whole, lines: withoutFields(whole.lines, CONTENT_TYPE) }, type, body);
}

const CONTENT_TYPE: ReadonlySet<string> = new Set(['content-type']);

// What they say is true of the whole body only (Content-Digest: RFC 9530 section 2).
const OF_THE_WHOLE: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-digest',
  'content-length',
  'content-md5',
]);

function partial({ headers, lines }: Whole, about: FieldLines, body: Uint8Array): Reply {
  const length = ['Content-Length', String(body.byteLength)];
  const kept = untransformed(withoutFields(lines, OF_THE_WHOLE), headers);
  return { status: 206, headers, lines: [...kept, 'Accept-Ranges', 'bytes', ...about, ...length], body };
}

/** Middleware around the cache that compressed a part would make bytes of it that belong nowhere. */
function untransformed(lines: readonly string[], headers: Headers): readonly string[] {
  const control = fieldValue(headers, 'cache-control');
  if (control === undefined) return [...lines, 'Cache-Control', 'no-transform'];
  if (/\bno-transform\b/i.test(control)) return lines;
  const at = lines.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'cache-control');
  return at < 0 ? lines : lines.with(at + 1, `${lines[at + 1]!}, no-transform`);
}

// What would let other caches keep a refusal under the URL of the whole (a way to poison them), or is about a body
// that is not there.
const NOT_IN_REFUSALS = /^(?:age|expires|pragma|surrogate-control|accept-ranges|.*cache-control)$/i;

function refusal(
  status: 412 | 416,
  { headers, lines }: { readonly headers: Headers; readonly lines: FieldLines },
  about: FieldLines = [],
): Reply {
  const kept = notModifiedLines(lines).flatMap((name, at, all) =>
    at % 2 === 1 || NOT_IN_REFUSALS.test(name) ? [] : [name, all[at + 1]!],
  );
  const ranges = status === 416 ? ['Accept-Ranges', 'bytes'] : [];
  return {
    status,
    headers,
    lines: [...kept, 'Cache-Control', 'no-store', ...ranges, ...about, 'Content-Length', '0'],
    body: null,
  };
}
