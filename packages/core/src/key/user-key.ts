import { encodeParts } from './encode.js';

/** What a key of a user's own may be, for error messages. */
export const A_KEY = 'a non-empty string, an array of strings';

/**
 * Whether a value can be a key of a user's own: a non-empty string, or an array of strings that are not all
 * empty. Anything else would put many requests under one key.
 */
export function isUserKey(value: unknown): value is string | readonly string[] {
  if (typeof value === 'string') return value !== '';
  if (!Array.isArray(value)) return false;
  const parts = Array.from(value as readonly unknown[]);
  return parts.every((part) => typeof part === 'string') && parts.some((part) => part !== '');
}

/**
 * A key of a user's own as text, so that no two keys share one: `['a', 'b']` is neither `'ab'` nor `'a,b'`.
 * A string and an array of only that string are the same key. Rules and `invalidate({ keys })` both use it.
 */
export function userKey(value: string | readonly string[]): string {
  return typeof value === 'string' ? `${value.length}:${value}` : encodeParts(value);
}
