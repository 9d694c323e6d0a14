import type { Headers } from '../http/message.js';
import type { Rooms } from './rooms.js';
import type { Found } from './storage.js';

/** What may be used of what is stored. */
export interface Confirmed {
  readonly found: Found;
  /** Set when the log cannot be asked: answers of handlers that began before this moment are too old to be used. */
  readonly since?: number;
}

/**
 * Looks for a stored response while the log is asked whether this process knows all recent invalidations. Without
 * its word there is one thing that cannot be too old: what a handler of this process began to make less than
 * `maxStaleness` ago. That keeps an application from being hit by every request while the log is out of reach.
 */
export async function findConfirmed(
  { storage, log, clock }: Pick<Rooms, 'storage' | 'log' | 'clock'>,
  primary: string,
  request: Headers,
  confirmed: Promise<boolean>,
): Promise<Confirmed> {
  // Both ways at the same time: the store is on its way while the log is asked.
  const early = storage.find(primary, request, confirmed);
  if (await confirmed)
    return { found: await (early instanceof Promise ? early : storage.find(primary, request)) };
  const since = clock.now() - log.maxStaleness;
  return { found: ownOnly(await early, since), since };
}

function ownOnly(found: Found, since: number): Found {
  const { stored, isOwn } = found;
  if (stored === undefined || (isOwn && stored.requestedAt >= since)) return found;
  return { ...found, stored: undefined, standing: 'gone' };
}
