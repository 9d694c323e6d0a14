import { formatCacheStatus } from '../http/cache-status.js';
import type { Reply } from '../http/message.js';
import { asStale } from './advertise.js';
import { count } from './counters.js';
import type { Fill } from './fill.js';
import { replyFrom } from './reply.js';
import type { Rooms } from './rooms.js';
import { standingOf } from './standing.js';

/** Errors that a stale response may stand in for (RFC 5861 section 4). */
export const ERRORS: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** The stale response in place of an error, if there is one that may be; the handler is spared for a moment. */
export function standIn(
  rooms: Rooms,
  { found, view, rule }: Pick<Fill, 'found' | 'view' | 'rule'>,
  error: number,
): Reply | undefined {
  const { log, clock, events, counters } = rooms;
  const { key, stored } = found;
  if (stored === undefined || !ERRORS.has(error)) return undefined;
  // It may have been invalidated while the handler ran.
  const standing = standingOf(stored, log.staleSince(stored.position, stored.tags), clock.now());
  if (standing === 'gone' || standing === 'kept') return undefined;
  rooms.refresher.pause(key);
  count(counters.notStored, 'ERROR');
  events.emit('not-stored', { url: view.url, reason: 'ERROR' });
  const status = { hit: false, fwd: 'stale', fwdStatus: error, detail: 'STALE-IF-ERROR' } as const;
  return replyFrom(asStale(stored, rule), view, clock.now(), formatCacheStatus(rooms.name, status));
}
