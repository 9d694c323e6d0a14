import { ShelflifeError } from '../errors.js';
import { headersOf, linesOf, withoutFields } from '../http/fields.js';
import { hopByHopNames } from '../http/hop-by-hop.js';
import type { ResponseHead, StoredResponse } from '../http/message.js';
import { keyName, pathName, tagName, targetName } from '../invalidation/tags.js';
import { unshared } from '../key/unshared.js';
import { MAX_TAGS, tagProblem } from '../key/tag.js';
import { callRule, ruleFunctionError } from '../rule/call.js';
import type { TagsFunction } from '../rule/resolve.js';
import type { Decision } from './decision.js';
import type { Fill } from './fill.js';

/** Makes the stored response of a complete answer (RFC 9111 section 3.1). */
export function entryOf(
  head: ResponseHead,
  body: Uint8Array,
  fill: Fill,
  decision: Extract<Decision, { store: true }>,
  tags: readonly string[],
  now: number,
): StoredResponse {
  const lines = storedLines(head, body);
  const freshUntil = now + decision.freshFor;
  return {
    status: head.status,
    ...(head.reason === undefined ? {} : { reason: head.reason }),
    lines,
    headers: headersOf(lines),
    forAll: decision.forAll,
    body,
    tags: [...namesOf(fill), ...tags.map(tagName)],
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

function askForTags(ask: TagsFunction, fill: Fill, head: ResponseHead): readonly string[] {
  const tags = callRule('tags', ask, fill.view.raw, head);
  if (!Array.isArray(tags)) throw ruleFunctionError('tags', 'an array of strings', tags);
  const problem = tags.map(tagProblem).find((text) => text !== undefined);
  if (problem !== undefined) throw new ShelflifeError('ERR_RULE_FUNCTION', `rule.tags: ${problem}`);
  return tags as readonly string[];
}

// Node writes the connection's own fields; Age and the length of what is stored are computed anew. What outer
// middleware set was for this request alone: it sets its fields on every hit again.
function storedLines(head: ResponseHead, body: Uint8Array): readonly string[] {
  const drop = new Set([...hopByHopNames(head.headers), 'age', 'set-cookie', ...(head.preset ?? [])]);
  const lines = withoutFields(head.lines ?? linesOf(head.headers), drop).map(unshared);
  const declared = head.headers['content-length'] !== undefined;
  return declared || head.status === 204 ? lines : [...lines, 'Content-Length', String(body.byteLength)];
}
