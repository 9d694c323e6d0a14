import { inWords } from '../errors.js';

/** The most bytes a tag may have. */
export const MAX_TAG_BYTES = 256;

/** The most tags one stored response may have. */
export const MAX_TAGS = 64;

/**
 * What is wrong with a tag, as the end of an error message, or `undefined`. A tag is an opaque string of 1 to
 * 256 bytes without control characters; commas and spaces are allowed.
 */
export function tagProblem(tag: unknown): string | undefined {
  if (typeof tag !== 'string') return `expected a tag such as 'product:1', got ${inWords(tag)}.`;
  if (tag === '') return `expected a tag such as 'product:1', got an empty string.`;
  if (Buffer.byteLength(tag) > MAX_TAG_BYTES)
    return `the tag ${inWords(tag)} is longer than ${MAX_TAG_BYTES} bytes. Use an id or a hash in its place.`;
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(tag)) return `the tag ${inWords(tag)} holds a control character.`;
  return undefined;
}
