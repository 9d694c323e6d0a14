import { formatCacheStatus } from '../http/cache-status.js';
import { headersOf, linesOf, withoutFields } from '../http/fields.js';
import type { Reply, ResponseHead, StoredResponse } from '../http/message.js';
import { updatedHead } from '../http/update.js';
import type { Verdict } from './answer.js';
import type { Fill } from './fill.js';
import { represent } from './represent.js';

/**
 * The head of a stored response that the handler's 304 has confirmed, as if the handler had sent it whole: without
 * what the cache itself had added. `undefined`: the 304 is about another response.
 */
export function validatedHead(stored: StoredResponse, answer: ResponseHead): ResponseHead | undefined {
  const lines = withoutFields(stored.lines, new Set(stored.made));
  return updatedHead({ ...stored, lines, headers: headersOf(lines) }, answer);
}

/**
 * The same without the fields that a no-cache or private of the 304 names and that it does not carry itself: they
 * are those of another client's answer.
 */
export function withholding(
  head: ResponseHead,
  withheld: readonly string[],
  answer: ResponseHead,
): ResponseHead {
  const foreign = withheld.filter((name) => answer.headers[name] === undefined);
  if (foreign.length === 0 || head.lines === undefined) return head;
  const lines = withoutFields(head.lines, new Set(foreign));
  return { ...head, lines, headers: headersOf(lines) };
}

/** The answer to the client whose request had it confirmed, by that client's own conditions and ranges. */
export function validatedReply(
  name: string,
  head: ResponseHead,
  body: Uint8Array,
  { view, fwd }: Pick<Fill, 'view' | 'fwd'>,
  verdict: Verdict,
): Reply {
  const status = formatCacheStatus(name, { hit: false, fwd, fwdStatus: 304, ...verdict });
  const lines = [...(head.lines ?? linesOf(head.headers)), 'Cache-Status', status];
  return represent({ ...head, lines, body }, view);
}
