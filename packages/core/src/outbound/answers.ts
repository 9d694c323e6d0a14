import { ageOf } from '../exchange/reply.js';
import { type CacheState, formatCacheStatus } from '../http/cache-status.js';
import { headersOf, withoutFields } from '../http/fields.js';
import type { FieldLines, ResponseHead, StoredResponse } from '../http/message.js';
import type { Question } from './question.js';

/** What `fetch` is answered with: the answers of servers, and stored ones that look like them. */

/** Status and fields of an answer, as the rules of HTTP know them. */
export function headOf(
  answer: Response,
): Required<Pick<ResponseHead, 'status' | 'headers' | 'lines'>> & ResponseHead {
  const lines: FieldLines = [...answer.headers].flat();
  const { status, statusText } = answer;
  return { status, ...(statusText !== '' && { reason: statusText }), headers: headersOf(lines), lines };
}

/** What `fetch` has taken off the body says nothing of the bytes that are left. */
const OF_THE_WIRE: ReadonlySet<string> = new Set(['content-encoding', 'content-length']);

/** The lines of an answer without those that `names` and what belongs to its way here. */
export function storedLines(lines: FieldLines, names: ReadonlySet<string>): FieldLines {
  return withoutFields(lines, new Set([...names, ...OF_THE_WIRE, 'age', 'set-cookie']));
}

// Fetch standard: a Response with one of these has no body.
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** An answer made of a stored one, with its Age (RFC 9111 section 5.1) and Cache-Status (RFC 9211). */
export function fromStored(
  { status, reason = '', lines, body, generatedAt }: StoredResponse,
  { method, url }: Question,
  now: number,
  cacheStatus: string,
): Response {
  const headers = toHeaders([...lines, 'Age', String(ageOf(generatedAt, now)), 'Cache-Status', cacheStatus]);
  const isBodiless = BODILESS.has(status) || method === 'HEAD';
  // Response copies the bytes: what the caller does to them is his own affair.
  const content = isBodiless ? null : (body as Uint8Array<ArrayBuffer>);
  return seemingly(new Response(content, { status, statusText: reason, headers }), {
    url,
    redirected: false,
  });
}

/** Whether a Response can have this status (Fetch standard). */
export const canBeMade = ({ status }: Response): boolean => status >= 200 && status <= 599;

/** The answer of a server with a Cache-Status, and its body on another way. */
export function passedOn(
  answer: Response,
  body: ReadableStream<Uint8Array> | null,
  name: string,
  state: CacheState,
): Response {
  const { status, statusText } = answer;
  const headers = toHeaders([...headOf(answer).lines, 'Cache-Status', formatCacheStatus(name, state)]);
  return seemingly(new Response(body, { status, statusText, headers }), answer);
}

/** What a Response that was made here does not say of itself; its clones say the same. */
function seemingly(response: Response, { url, redirected }: Pick<Response, 'url' | 'redirected'>): Response {
  const clone = (): Response => seemingly(Response.prototype.clone.call(response), { url, redirected });
  return Object.defineProperties(response, {
    url: { value: url },
    redirected: { value: redirected },
    type: { value: 'basic' },
    clone: { value: clone },
  });
}

function toHeaders(lines: FieldLines): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < lines.length; at += 2) headers.append(lines[at]!, lines[at + 1]!);
  return headers;
}
