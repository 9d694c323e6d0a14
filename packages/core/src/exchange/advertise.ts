import type { Emitter } from '../events.js';
import { parseCacheControl } from '../http/cache-control.js';
import { cdnControlLines, saysLifetimeToCdns, staleCdnLines } from '../http/cdn.js';
import { tagValue } from '../http/cdn-tags.js';
import { fieldValue, headersOf, linesOf } from '../http/fields.js';
import type { FieldLines, Headers, ResponseHead, StoredResponse } from '../http/message.js';
import { noVarySearch } from '../http/no-vary-search.js';
import { varyNames } from '../http/vary.js';
import { isTagName, tagName, tagOf } from '../invalidation/tags.js';
import type { CdnOptions } from '../rule/cdn.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Storing } from './decision.js';
import type { Fill } from './fill.js';

/**
 * The head of an answer that is stored, with what the rule tells others of it: browsers, which parameters count
 * (`noVarySearch`); CDNs, how long they keep it and under which tags (`cdn`). What the handler said itself stays.
 *
 * @param tags of the answer; `undefined`: they are not known, and so no CDN may keep it.
 */
export function advertise(
  head: ResponseHead,
  fill: Fill,
  decision: Storing,
  tags: readonly string[] | undefined,
  events: Emitter,
): ResponseHead {
  const { rule, view } = fill;
  const lines: string[] = [];
  if (rule.noVarySearch && head.headers['no-vary-search'] === undefined)
    lines.push('No-Vary-Search', noVarySearch(rule.query));
  if (rule.cdn === undefined || !isForAll(head, fill, decision)) return withLines(head, lines);
  const tagged = tagLines(head, rule.cdn, tags ?? []);
  for (const { field, dropped } of tagged.dropped)
    events.emit('cdn-limit', { url: view.url, field, dropped });
  const keep = tags !== undefined && (tagged.dropped.length === 0 || rule.cdn.overLimit === 'drop');
  lines.push(...cdnControlLines(head.headers, rule.cdn, keep), ...tagged.lines);
  return varyingBy(withLines(head, lines), [...rule.vary, ...decision.varyNames]);
}

/**
 * The tags of a stored response that a handler has confirmed, which need not have said them again. `undefined` when one
 * is known by its digest only.
 */
export function withTagsOf(stored: StoredResponse, tags: readonly string[]): readonly string[] | undefined {
  const said = new Set(tags.map(tagName));
  const kept = stored.tags.filter((name) => isTagName(name) && !said.has(name));
  const texts = kept.map(tagOf);
  return texts.includes(undefined) ? undefined : [...tags, ...texts.filter((tag) => tag !== undefined)];
}

/** A stored response for a use when it is stale: CDNs are no longer told to keep it. */
export function asStale<T extends StoredResponse>(stored: T, rule: ResolvedRule): T {
  const lines = staleCdnLines(stored.lines, rule.cdn);
  return lines === stored.lines ? stored : { ...stored, lines };
}

/**
 * Whether an answer may be told to caches that know no more of a request than its URL and what `Vary` names. That is
 * narrower than what may be stored here, where `by`, `key` and `cookies` are part of the key.
 */
function isForAll(
  { headers }: ResponseHead,
  { rule, view }: Pick<Fill, 'rule' | 'view'>,
  decision: Storing,
): boolean {
  if (view.method !== 'GET' || decision.freshFor <= 0) return false;
  // Parts of it are for this client only, or for whoever this cache gives them to.
  if (decision.withheld.length > 0 || headers['set-cookie'] !== undefined) return false;
  if (!isForCdns(headers)) return false;
  if (decision.forAll) return true;
  return rule.by === undefined && rule.key === undefined && typeof rule.cookies !== 'object';
}

// A targeted field that speaks to this cache alone says nothing to others: they go by Cache-Control (RFC 9213 section 2.2).
function isForCdns(headers: Headers): boolean {
  if (saysLifetimeToCdns(headers)) return true;
  const { noStore, noCache, private: isPrivate } = parseCacheControl(fieldValue(headers, 'cache-control'));
  return !noStore && !noCache && !isPrivate;
}

interface Tagged {
  readonly lines: FieldLines;
  /** Fields that could not hold all tags. */
  readonly dropped: readonly { readonly field: string; readonly dropped: number }[];
}

function tagLines({ headers }: ResponseHead, cdn: CdnOptions, tags: readonly string[]): Tagged {
  const asked = cdn.tags.filter((field) => headers[field.toLowerCase()] === undefined);
  const values = asked.map((field) => ({ field, ...tagValue(field, tags) }));
  return {
    lines: values.flatMap(({ field, value }) => (value === '' ? [] : [field, value])),
    dropped: values.filter(({ dropped }) => dropped > 0),
  };
}

/** Names in Vary what the key holds beside the URL: a CDN must keep apart what this cache keeps apart. */
function varyingBy(head: ResponseHead, names: readonly string[]): ResponseHead {
  const known = varyNames(head.headers);
  const missing = names.filter((name) => known !== '*' && !known.includes(name));
  if (missing.length === 0) return head;
  // What outer middleware put into Vary is from now on part of the answer: a hit replaces the whole field.
  const preset = head.preset?.filter((name) => name !== 'vary') ?? [];
  return { ...withLines(head, ['Vary', missing.join(', ')]), preset };
}

function withLines(head: ResponseHead, more: FieldLines): ResponseHead {
  if (more.length === 0) return head;
  const lines = [...(head.lines ?? linesOf(head.headers)), ...more];
  return { ...head, lines, headers: headersOf(lines) };
}
