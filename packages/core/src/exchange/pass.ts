import { linesOf } from '../http/fields.js';
import type { ResponseHead } from '../http/message.js';
import type { Answer, BodySink } from './types.js';

/** A sink for bodies that nobody keeps. */
export const DEAF: BodySink = { write() {}, end() {}, abandon() {} };

/** The handler's answer as it is. */
export function passOn(head: ResponseHead): Answer {
  return { reply: { ...head, lines: head.lines ?? linesOf(head.headers), body: undefined }, sink: DEAF };
}
