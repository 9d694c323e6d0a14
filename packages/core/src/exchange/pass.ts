import { linesOf } from '../http/fields.js';
import type { ResponseHead } from '../http/message.js';
import type { Answer, BodySink } from './types.js';

/** A sink for bodies that nobody keeps. */
export const DEAF: BodySink = { write() {}, end() {}, abandon() {} };

/** The handler's answer as it is, with a Cache-Status when there is something to say. */
export function passOn(head: ResponseHead, cacheStatus?: string): Answer {
  const lines = head.lines ?? linesOf(head.headers);
  const told = cacheStatus === undefined ? lines : [...lines, 'Cache-Status', cacheStatus];
  return { reply: { ...head, lines: told, body: undefined }, sink: DEAF };
}
