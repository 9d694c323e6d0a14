import { ShelflifeError } from '../errors.js';
import { headersOf, linesOf } from '../http/fields.js';
import { hopByHopNames } from '../http/hop-by-hop.js';
import { formatHttpDate } from '../http/http-date.js';
import type { ResponseHead, StoredResponse } from '../http/message.js';
import { tagName } from '../invalidation/tags.js';
import { MAX_TAGS, tagProblem } from '../key/tag.js';
import { unshared } from '../key/unshared.js';
import { storedLines } from './answers.js';
import type { Keeping, Moments } from './lifetime.js';
import type { ResolvedFetch } from './options.js';

/** An answer that is to be stored when its body is complete. */
export interface Judged {
  readonly head: ResponseHead;
  readonly decision: Keeping;
  readonly moments: Moments;
  /** The log position before it was asked for. */
  readonly position: number;
  /** What invalidates it. */
  readonly names: readonly string[];
}

/** Makes the stored form of an answer (RFC 9111 section 3.1). Its body is as `fetch` gives it: without content codings. */
export function entryOf(
  { head, decision, moments, position, names }: Judged,
  body: Uint8Array,
): StoredResponse {
  const { requestedAt, receivedAt } = moments;
  const drop = new Set([...hopByHopNames(head.headers), ...decision.withheld]);
  const lines = [...storedLines(head.lines ?? linesOf(head.headers), drop)].map(unshared);
  if (head.headers['date'] === undefined) lines.push('Date', formatHttpDate(receivedAt));
  const freshUntil = receivedAt + decision.freshFor;
  return {
    status: head.status,
    ...(head.reason !== undefined && { reason: head.reason }),
    lines,
    headers: headersOf(lines),
    forAll: false,
    made: [],
    body,
    tags: names,
    position,
    requestedAt,
    generatedAt: receivedAt - decision.age,
    freshUntil,
    staleUntil: freshUntil + decision.staleFor,
    errorUntil: freshUntil + decision.errorFor,
  };
}

/**
 * The tags of an answer, as the log knows them.
 * @throws ShelflifeError `ERR_RULE_FUNCTION` when the function throws or returns nonsense.
 */
export function tagNames(tags: ResolvedFetch['tags'], url: string, head: ResponseHead): readonly string[] {
  return (typeof tags === 'function' ? asked(tags, url, head) : tags).map(tagName);
}

function asked(
  tags: (url: string, response: ResponseHead) => unknown,
  url: string,
  head: ResponseHead,
): readonly string[] {
  let named: unknown;
  try {
    named = tags(url, head);
  } catch (cause) {
    throw new ShelflifeError('ERR_RULE_FUNCTION', `fetcher().tags threw: ${String(cause)}`, { cause });
  }
  const problem = Array.isArray(named)
    ? named.map(tagProblem).find((text) => text !== undefined)
    : 'no array';
  if (problem !== undefined)
    throw new ShelflifeError(
      'ERR_RULE_FUNCTION',
      `fetcher().tags: expected an array of tags, got ${problem}.`,
    );
  if ((named as string[]).length > MAX_TAGS)
    throw new ShelflifeError('ERR_RULE_FUNCTION', `fetcher().tags: expected at most ${MAX_TAGS} tags.`);
  return named as string[];
}
