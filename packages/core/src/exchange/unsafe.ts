import { invalidatedBy } from '../http/invalidates.js';
import type { RequestView, ResponseHead } from '../http/message.js';
import { targetName } from '../invalidation/tags.js';
import { passOn } from './pass.js';
import type { Answer, Capture } from './types.js';

/**
 * Watches the answer to an unsafe method: when it succeeds, what is stored for its target is invalid (RFC 9111
 * section 4.4). That is done before the head of the answer is sent, so that the client's next read is new.
 */
export function createUnsafeCapture(
  view: RequestView,
  invalidate: (names: readonly string[]) => void,
): Capture {
  let done = false;
  const answer = (head: ResponseHead): Answer => {
    const targets = done ? [] : invalidatedBy(view, head.status, head.headers);
    done = true;
    if (targets.length > 0) invalidate(targets.map(({ authority, path }) => targetName(authority, path)));
    return passOn(head);
  };
  return {
    narrowing: { url: view.url, hidden: new Set() },
    complete: answer,
    stream: answer,
    detach() {},
    abandon() {
      done = true;
    },
    override() {
      // The rule of the route sees the same answer and does the same with it.
      done = true;
    },
  };
}
