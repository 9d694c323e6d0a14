import { ShelflifeError } from '../errors.js';
import { cacheGroups } from '../http/cache-groups.js';
import { headersOf, linesOf, withoutFields } from '../http/fields.js';
import { hopByHopNames } from '../http/hop-by-hop.js';
import type { Headers, ResponseHead, StoredResponse } from '../http/message.js';
import { groupName, keyName, pathName, tagName, targetName } from '../invalidation/tags.js';
import { unshared } from '../key/unshared.js';
import { MAX_TAGS, tagProblem } from '../key/tag.js';
import { callRule, ruleFunctionError } from '../rule/call.js';
import type { TagsFunction } from '../rule/resolve.js';
import type { Storing } from './decision.js';
import type { Fill } from './fill.js';

/** An answer that is to be stored when its body is complete. */
export interface Judged {
  readonly head: ResponseHead;
  readonly decision: Storing;
  /** When its head came: its age and lifetime count from then. */
  readonly at: number;
  /** The fields as the handler has them, and what the rule's `validators` told of it. */
  readonly said: Headers;
  /** The stored response that the handler has confirmed, when this is one (RFC 9111 section 4.3.4). */
  readonly validated?: StoredResponse;
}

/** Makes the stored response of a complete answer (RFC 9111 section 3.1). `chance`, 0 to 1, is for the rule's `jitter`. */
export function entryOf(
  judged: Judged,
  body: Uint8Array,
  fill: Fill,
  tags: readonly string[],
  chance: number,
): StoredResponse {
  const { head, decision, at: now, said, validated } = judged;
  const lines = storedLines(head, body, fill, decision);
  const headers = headersOf(lines);
  const freshFor = decision.freshFor * (decision.freshFor > 0 ? 1 - fill.rule.jitter * chance : 1);
  const freshUntil = now + Math.round(freshFor);
  return {
    status: head.status,
    ...(head.reason === undefined ? {} : { reason: head.reason }),
    lines,
    headers,
    forAll: decision.forAll,
    made: Object.keys(head.headers).filter((name) => said[name] === undefined),
    body,
    // A handler that answers 304 need not have come to where it adds its tags.
    tags: [
      ...new Set([
        ...namesOf(fill),
        ...tags.map(tagName),
        ...groupsOf(fill, headers),
        ...(validated?.tags ?? []),
      ]),
    ],
    position: fill.position,
    requestedAt: fill.requestedAt,
    generatedAt: now - decision.age,
    freshUntil,
    staleUntil: freshUntil + decision.staleFor,
    errorUntil: freshUntil + decision.errorFor,
  };
}

/** The names that are known before the handler says anything: key, path, target and the tags of a rule that lists them. */
export function knownNamesOf(fill: Pick<Fill, 'plan' | 'view' | 'rule'>): readonly string[] {
  const { tags } = fill.rule;
  return typeof tags === 'function' ? namesOf(fill) : [...namesOf(fill), ...tags.map(tagName)];
}

function groupsOf({ view }: Fill, headers: Headers): readonly string[] {
  return cacheGroups(headers).map((group) => groupName(`${view.scheme}://${view.authority}`, group));
}

function namesOf({ plan, view }: Pick<Fill, 'plan' | 'view'>): readonly string[] {
  const names = [pathName(plan.path), targetName(view.authority, plan.path)];
  return plan.userKey === undefined ? names : [...names, keyName(plan.userKey)];
}

/**
 * The tags of the rule and those the handler added.
 * @throws ShelflifeError `ERR_RULE_FUNCTION` when the rule's function throws or returns nonsense, or when there are too many.
 */
export function tagsOf(fill: Fill, head: ResponseHead, added: ReadonlySet<string>): readonly string[] {
  const { tags } = fill.rule;
  const ruled = typeof tags === 'function' ? askForTags(tags, fill, head) : tags;
  const all = new Set([...ruled, ...added]);
  if (all.size > MAX_TAGS) {
    throw new ShelflifeError(
      'ERR_RULE_FUNCTION',
      `an answer may have ${MAX_TAGS} tags, this one has ${all.size}. Tag the collection in place of its members.`,
    );
  }
  return [...all];
}

/** Whether the tags of a 304 fit beside those of what it confirms: all of them hold from then on. */
export function tagsFit(stored: StoredResponse, tags: readonly string[]): boolean {
  return new Set([...stored.tags, ...tags.map(tagName)]).size <= 2 * MAX_TAGS;
}

function askForTags(ask: TagsFunction, fill: Fill, head: ResponseHead): readonly string[] {
  const tags = callRule('tags', ask, fill.view.raw, head);
  if (!Array.isArray(tags)) throw ruleFunctionError('tags', 'an array of strings', tags);
  const problem = tags.map(tagProblem).find((text) => text !== undefined);
  if (problem !== undefined) throw new ShelflifeError('ERR_RULE_FUNCTION', `rule.tags: ${problem}`);
  return tags as readonly string[];
}

// Node writes the connection's own fields; Age and the length of what is stored are computed anew. What outer
// middleware set was for this request alone: it sets its fields on every hit again.
function storedLines(
  head: ResponseHead,
  body: Uint8Array,
  { rule }: Fill,
  { withheld }: Storing,
): readonly string[] {
  const preset = head.preset?.filter((name) => !OF_THE_BODY.has(name)) ?? [];
  const drop = new Set([...hopByHopNames(head.headers), 'age', ...withheld, ...preset]);
  if (!rule.storeSetCookie) drop.add('set-cookie');
  const lines = withoutFields(head.lines ?? linesOf(head.headers), drop).map(unshared);
  const declared = head.headers['content-length'] !== undefined;
  return declared || head.status === 204 ? lines : [...lines, 'Content-Length', String(body.byteLength)];
}

// Whoever set them (Nest sets those of `@Header()` early): without them nobody knows what the stored bytes are.
const OF_THE_BODY: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-type',
  'etag',
  'last-modified',
]);
