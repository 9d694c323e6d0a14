import etag from 'etag';

/**
 * Entity tags (RFC 9110 section 8.8.3).
 */

/**
 * A tag for a complete body: equal bytes, equal tag. Weak, because middleware around the cache may still compress
 * the body and leave the tag, and nobody here can see that: two texts of bytes would then have one strong tag, and a
 * download that was broken off in one of them would be continued in the other (section 8.8.1). Who knows better
 * sets a strong tag in the handler or with `validators`.
 */
export function bodyETag(body: Uint8Array): string {
  return etag(Buffer.from(body.buffer, body.byteOffset, body.byteLength), { weak: true });
}

// Tags that lack their quotes are compared as they are.
const TAGS = /(?:W\/)?"[^"]*"|[^\s,"]+/g;

/**
 * Whether the list of If-None-Match or If-Match names a tag; `*` names any. `weak` comparison takes no notice of
 * `W/`, with `strong` comparison a weak tag is never named (section 8.8.3.2).
 */
export function listsTag(list: string, tag: string | undefined, comparison: 'weak' | 'strong'): boolean {
  if (/^[ \t]*\*[ \t]*$/.test(list)) return true;
  if (tag === undefined || tag === '' || (comparison === 'strong' && isWeak(tag))) return false;
  if (list === tag) return true;
  const opaque = withoutWeakness(tag);
  const same = (listed: string): boolean =>
    comparison === 'strong' ? listed === tag : withoutWeakness(listed) === opaque;
  return list.match(TAGS)?.some(same) ?? false;
}

/** Whether a tag promises less than equal bytes. */
export function isWeak(tag: string): boolean {
  return tag.startsWith('W/');
}

/** The tag of a body in a content coding, from that of the body without: `"v1"` becomes `"v1-br"`. */
export function codedTag(tag: string, coding: string): string {
  return tag.endsWith('"') ? `${tag.slice(0, -1)}-${coding}"` : `${tag}-${coding}`;
}

function withoutWeakness(tag: string): string {
  return isWeak(tag) ? tag.slice(2) : tag;
}
