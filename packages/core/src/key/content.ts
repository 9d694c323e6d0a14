import { createHash } from 'node:crypto';
import { fieldValue } from '../http/fields.js';
import type { Headers, RequestContent } from '../http/message.js';
import { encodeParts } from './encode.js';

/**
 * What the content of a QUERY adds to its key (RFC 10008 section 2.7): the digest of the content and the fields that
 * say what it is.
 */
export function contentKey(headers: Headers, content: RequestContent): string {
  const about = contentFields(headers).flatMap((name) => [name, fieldValue(headers, name)]);
  const digest = createHash('sha256').update(content).digest('base64url');
  return encodeParts(['QUERY', ...about, typeof content, digest]);
}

/** Lower-case names of the request fields about its content, sorted. Its length shows in the digest. */
export function contentFields(headers: Headers): readonly string[] {
  const names = Object.keys(headers).filter(
    (name) => name.startsWith('content-') && name !== 'content-length',
  );
  return names.toSorted();
}
