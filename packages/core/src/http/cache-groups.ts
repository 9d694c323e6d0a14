import { fieldValue } from './fields.js';
import { isUnsafe } from './invalidates.js';
import type { Headers } from './message.js';
import { parseList } from './structured.js';

/**
 * Cache groups (RFC 9875): names that responses of one origin share, so that an unsafe request can invalidate them
 * together. Groups are compared letter by letter.
 */

/** The first so many groups of a response count. RFC 9875 asks for 32 of 32 characters. */
const MAX_GROUPS = 128;

/** The groups of a response (section 2). A field that is no list of strings, or in part, names none. */
export function cacheGroups(headers: Headers): readonly string[] {
  return groupsIn(fieldValue(headers, 'cache-groups')).slice(0, MAX_GROUPS);
}

/**
 * The groups that an answer invalidates (section 3): only when the method was unsafe and it succeeded, as RFC 9111
 * section 4.4 has it. What shares other groups with what is invalidated stays valid: no cascades (section 2.2.1).
 */
export function invalidatedGroups(method: string, status: number, headers: Headers): readonly string[] {
  if (!isUnsafe(method) || status < 200 || status > 399) return [];
  return groupsIn(fieldValue(headers, 'cache-group-invalidation'));
}

function groupsIn(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  const groups = new Set<string>();
  for (const member of parseList(value) ?? []) {
    if (!('bare' in member) || member.bare.type !== 'string') return [];
    groups.add(member.bare.value);
  }
  return [...groups];
}
