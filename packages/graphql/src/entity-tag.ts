import { createHash } from 'node:crypto';

// Core takes tags of up to 256 bytes without control characters.
const PLAIN = /^[ -~]{1,120}$/;

/**
 * The tag of what has a type and an id: `Product:7`. Ids that no tag can hold (control characters, very long ones) are
 * hashed: use this function where ids come from elsewhere.
 */
export function entityTag(type: string, id: string | number): string {
  const text = String(id);
  const end = PLAIN.test(text) ? text : createHash('sha256').update(text).digest('base64url');
  return `${type}:${end}`;
}
