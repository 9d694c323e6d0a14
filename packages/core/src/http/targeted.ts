import { type CacheControl, parseCacheControl } from './cache-control.js';
import { fieldValue } from './fields.js';
import type { Headers } from './message.js';
import type { BareItem } from './structured-items.js';
import { type InnerList, type Item, parseDictionary } from './structured.js';

/**
 * What a response says in the targeted fields that a cache goes by (RFC 9213 section 2.2): the first in the list that
 * is present and valid counts, in place of Cache-Control and Expires. `undefined`: none, and Cache-Control counts.
 *
 * @param names lower case, the most specific first.
 */
export function targetedControl(headers: Headers, names: readonly string[]): CacheControl | undefined {
  for (const name of names) {
    const value = fieldValue(headers, name);
    const control = value === undefined ? undefined : readField(value);
    if (control !== undefined) return { ...control, targeted: true };
  }
  return undefined;
}

type Type = BareItem['type'];

/** The directives that mean something here, and what their value must be (RFC 9213 section 2.1). */
const TYPES: ReadonlyMap<string, readonly Type[]> = new Map([
  ['max-age', ['integer']],
  ['s-maxage', ['integer']],
  ['stale-while-revalidate', ['integer']],
  ['stale-if-error', ['integer']],
  ['no-store', ['boolean']],
  ['no-cache', ['boolean', 'string']],
  ['private', ['boolean', 'string']],
  ['public', ['boolean']],
  ['must-revalidate', ['boolean']],
  ['proxy-revalidate', ['boolean']],
  ['must-understand', ['boolean']],
]);

/**
 * A targeted field, or `undefined` when it does not count: empty, no dictionary, or with a value of the wrong type.
 * Directives that are not known are ignored, and so are all parameters.
 */
function readField(value: string): CacheControl | undefined {
  const members = parseDictionary(value);
  if (members === undefined || members.size === 0) return undefined;
  const directives: string[] = [];
  for (const [name, member] of members) {
    const types = TYPES.get(name);
    if (types === undefined) continue;
    if (!isOneOf(types, member)) return undefined;
    directives.push(directive(name, member.bare));
  }
  return parseCacheControl(directives.join(', '));
}

function isOneOf(types: readonly Type[], member: Item | InnerList): member is Item {
  return 'bare' in member && types.includes(member.bare.type);
}

// In the words of Cache-Control, so that one reader knows what they mean.
function directive(name: string, { type, value }: BareItem): string {
  if (type === 'boolean') return value ? name : '';
  if (type === 'string') return `${name}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `${name}=${Math.max(0, Number(value))}`;
}
