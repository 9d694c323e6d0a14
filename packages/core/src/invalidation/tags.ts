import { createHash } from 'node:crypto';
import { unshared } from '../key/unshared.js';

/**
 * The names an invalidation log knows. A tag, a key and a path live in name spaces of their own, so that no
 * tag a user chooses can ever be taken for a path.
 */

const MAX_LENGTH = 200;

/** Everything. */
export const ALL = '*';

/** A tag of a rule or a handler. */
export const tagName = (tag: string): string => bounded('t', tag);

export const isTagName = (name: string): boolean => name.startsWith('t:') || name.startsWith('t#');

/** The tag of a {@link tagName}, or `undefined` when the name is a digest. */
export const tagOf = (name: string): string | undefined =>
  name.startsWith('t:') ? name.slice(2) : undefined;

/** The key that a rule's own `key` function returned, encoded by `userKey()` of `key/key.ts`. */
export const keyName = (encoded: string): string => bounded('k', encoded);

/** The same for a look-up, which does not keep it: it may share the memory of the text it is made of. */
export const keyNameOnce = (encoded: string): string =>
  encoded.length <= MAX_LENGTH ? `k:${encoded}` : keyName(encoded);

/** A path on every host. */
export const pathName = (path: string): string => bounded('p', path);

/** A path on one host: what an unsafe method invalidates (RFC 9111 section 4.4). */
export const targetName = (authority: string, path: string): string => bounded('u', `${authority} ${path}`);

/** A cache group of one origin (RFC 9875 section 2.1). */
export const groupName = (origin: string, group: string): string => bounded('g', `${origin} ${group}`);

// Outsiders choose paths: a long one is kept as its digest, so that a table of names is bounded in bytes.
// `#` in place of `:` keeps digests apart from texts that look like one.
function bounded(space: string, text: string): string {
  if (text.length <= MAX_LENGTH) return unshared(`${space}:${text}`);
  return `${space}#${createHash('sha256').update(text).digest('base64url')}`;
}
