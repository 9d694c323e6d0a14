import { formatCacheStatus } from '../http/cache-status.js';
import { headersOf, linesOf, withoutFields } from '../http/fields.js';
import type { Reply, ResponseHead, StoredResponse } from '../http/message.js';
import { updatedHead } from '../http/update.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Verdict } from './answer.js';
import type { Storing } from './decision.js';
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

/**
 * A confirmed response as it goes to a user with Authorization whose 304 does not speak for others: nobody on the way
 * may keep it, whatever the stored response says.
 */
export function forOneUser(head: ResponseHead, answer: ResponseHead): ResponseHead {
  const said = (name: string): boolean => answer.headers[name] !== undefined;
  const stale = Object.keys(head.headers).filter((name) => LIFETIMES.test(name) && !said(name));
  const kept = withoutFields(head.lines ?? linesOf(head.headers), new Set(stale));
  const lines = said('cache-control') ? kept : [...kept, 'Cache-Control', 'private'];
  return { ...head, lines, headers: headersOf(lines) };
}

const LIFETIMES = /^(?:expires|pragma|surrogate-control|.*cache-control)$/;

/**
 * How a confirmed response is stored: when the 304 says nothing of its lifetime, for no longer than when it was new.
 * A handler that answers 304 need not have come to where it says `ttl()`.
 */
export function validatedTimes(
  decision: Storing,
  stored: StoredResponse,
  { headers, preset = [] }: ResponseHead,
  { targeted }: Pick<ResolvedRule, 'targeted'>,
): Storing {
  const said = ['cache-control', 'expires', ...targeted].filter((name) => headers[name] !== undefined);
  if (said.some((name) => !preset.includes(name))) return decision;
  const freshFor = Math.min(decision.freshFor, stored.freshUntil - stored.generatedAt - decision.age);
  return { ...decision, freshFor, shareable: freshFor + decision.staleFor > 0 };
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
