import { createHash } from 'node:crypto';
import type { CdnTagField } from '../rule/rule.js';
import { formatString } from './structured.js';

/** How a CDN reads its field of tags, and how much of it. */
interface Dialect {
  readonly separator: string;
  /** Bytes of the value. */
  readonly maxBytes: number;
  readonly maxTags: number;
  /** Characters of a tag as it is sent. */
  readonly maxTag: number;
  /** What a tag may be made of, but for `%`. */
  readonly letters: RegExp;
}

const WHOLE = { maxTags: Infinity, maxTag: 1024 };
const WITHOUT_SPACE = /[!-~]/;
const WITHOUT_COMMA = /[!-+\--~]/;

/**
 * As their documentation had it in 2026: Fastly 16 KB of keys of 1 KB each; Cloudflare 16 KB of tags of 1,024
 * characters; Akamai 128 tags of 128 letters, digits and ``!#$%'+./^_`|~-``; Bunny 1,024 bytes. Varnish reads lines of
 * 8 KB. For groups RFC 9875 sets no limit above 32; this is that of Node for all fields together.
 */
const DIALECTS: Readonly<Record<CdnTagField, Dialect>> = {
  'Cache-Groups': { ...WHOLE, separator: ', ', maxBytes: 16_384, letters: /[ -~]/ },
  'Surrogate-Key': { ...WHOLE, separator: ' ', maxBytes: 16_384, letters: WITHOUT_SPACE },
  'Cache-Tag': { ...WHOLE, separator: ',', maxBytes: 16_384, letters: WITHOUT_COMMA },
  xkey: { ...WHOLE, separator: ' ', maxBytes: 8000, letters: WITHOUT_COMMA },
  'Edge-Cache-Tag': {
    separator: ',',
    maxBytes: 16_384,
    maxTags: 128,
    maxTag: 128,
    letters: /[\w!#$'+./^`|~-]/,
  },
  'CDN-Tag': { ...WHOLE, separator: ',', maxBytes: 1024, letters: WITHOUT_COMMA },
};

/** A field of tags as it is sent. */
export interface TagValue {
  /** `''` when nothing fits. */
  readonly value: string;
  /** How many tags, from the end, did not fit. */
  readonly dropped: number;
}

/** The tags of a response in the form of one field, as many as its CDN reads. */
export function tagValue(field: CdnTagField, tags: readonly string[]): TagValue {
  const { separator, maxBytes, maxTags } = DIALECTS[field];
  let value = '';
  let sent = 0;
  for (const tag of tags) {
    const text = field === 'Cache-Groups' ? formatString(cdnTag(field, tag)) : cdnTag(field, tag);
    const longer = sent === 0 ? text! : `${value}${separator}${text}`;
    if (longer.length > maxBytes || sent === maxTags) break;
    value = longer;
    sent += 1;
  }
  return { value, dropped: tags.length - sent };
}

/**
 * A tag as a CDN is to be asked to purge it: what its field cannot hold is percent-encoded, `product:1` is
 * `product%3A1` for Akamai. One that is too long then is `h-` and 32 digits of its SHA-256.
 */
export function cdnTag(field: CdnTagField, tag: string): string {
  const { letters, maxTag } = DIALECTS[field];
  let text = '';
  for (const byte of Buffer.from(tag)) {
    const letter = String.fromCharCode(byte);
    const isKept = byte < 128 && letter !== '%' && letters.test(letter);
    text += isKept ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text.length <= maxTag ? text : `h-${createHash('sha256').update(tag).digest('hex').slice(0, 32)}`;
}
