import { invalidatedBy } from '../http/invalidates.js';
import type { RequestView, ResponseHead } from '../http/message.js';
import { targetName } from '../invalidation/tags.js';
import { passOn } from './pass.js';
import type { Answer, Capture } from './types.js';

/**
 * Watches the answer to an unsafe method: when it succeeds, what is stored for its target is invalid (RFC 9111
 * section 4.4). That is done before the head of the answer is sent, so that the client's next read is new, and once
 * more when a body that came in parts has ended: the handler may have worked on until then.
 */
export function createUnsafeCapture(
  view: RequestView,
  cacheStatus: string,
  invalidate: (names: readonly string[]) => void,
): Capture {
  let done = false;
  let changed: readonly string[] = [];
  const finish = (): void => {
    done = true;
  };
  const again = (): void => {
    if (changed.length > 0) invalidate(changed);
    changed = [];
  };
  const answer = (head: ResponseHead): Answer => {
    if (done) return passOn(head);
    finish();
    changed = invalidatedBy(view, head.status, head.headers).map((target) =>
      targetName(target.authority, target.path),
    );
    if (changed.length > 0) invalidate(changed);
    return passOn(head, cacheStatus);
  };
  return {
    narrowing: { url: view.url, hidden: new Set() },
    complete: answer,
    stream: (head) => ({ ...answer(head), sink: { write() {}, end: again, abandon: again } }),
    detach: again,
    abandon: finish,
    // Whether it succeeds shows when it ends.
    hijacked() {},
    // The rule of the route sees the same answer and does the same with it.
    override: finish,
  };
}
