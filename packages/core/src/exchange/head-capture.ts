import { formatCacheStatus } from '../http/cache-status.js';
import type { ResponseHead } from '../http/message.js';
import type { Fill } from './fill.js';
import { DEAF, passOn } from './pass.js';
import type { Rooms } from './rooms.js';
import { standIn } from './stand-in.js';
import type { Answer, Capture } from './types.js';

/**
 * Watches the answer to a HEAD that met a stale response: an error is answered with that. Whatever else it is, it goes
 * to its client and changes nothing that is stored: it has no body that could be.
 */
export function createHeadCapture(
  rooms: Rooms,
  asked: Pick<Fill, 'view' | 'rule' | 'found' | 'fwd'>,
): Capture {
  const cacheStatus = formatCacheStatus(rooms.name, { hit: false, fwd: asked.fwd });
  const answer = (head: ResponseHead): Answer => {
    const reply = standIn(rooms, asked, head.status);
    return reply === undefined ? passOn(head, cacheStatus) : { reply, sink: DEAF };
  };
  return {
    narrowing: { url: asked.view.url, hidden: new Set() },
    complete: answer,
    stream: answer,
    detach() {},
    abandon() {},
    hijacked() {},
    override() {},
  };
}
