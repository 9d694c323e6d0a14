import { headersOf } from '../http/fields.js';
import type { FieldLines, ResponseHead } from '../http/message.js';

/** Cache-Control, and those for some caches only (RFC 9213). */
const CONTROL = /(?:^|-)cache-control$/;

/**
 * What a handler said, with what others said of storing it as the answer went out, after the cache was told of it.
 * `told`: what the cache has sent on. `undefined`: nobody said anything more.
 */
export function saidLate(
  sent: ResponseHead,
  told: { readonly lines: FieldLines },
  said: ResponseHead,
): ResponseHead | undefined {
  const before = headersOf(told.lines);
  const late = Object.entries(sent.headers).filter(
    ([name, value]) => CONTROL.test(name) && String(value) !== String(before[name]),
  );
  return late.length === 0
    ? undefined
    : { ...said, headers: { ...said.headers, ...Object.fromEntries(late) } };
}
