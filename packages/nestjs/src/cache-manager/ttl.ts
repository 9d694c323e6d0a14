import { type Duration, ShelflifeError } from '@shelflife/core';

const LONGEST_MS = 3650 * 86_400_000;

/** What stands for no expiry: ten years, or until the room is needed. */
export const NO_EXPIRY: Duration = '3650d';

/**
 * Milliseconds as cache-manager takes them, `0` for no expiry.
 * @throws ShelflifeError `ERR_OPTION` when it is not a number.
 */
export function durationOf(ms: number): Duration {
  if (typeof ms !== 'number' || Number.isNaN(ms))
    throw new ShelflifeError('ERR_OPTION', `ttl: expected milliseconds such as 5000, got ${String(ms)}.`);
  if (ms === 0 || ms >= LONGEST_MS) return NO_EXPIRY;
  return ms < 0 ? 0 : `${Math.ceil(ms)}ms`;
}
