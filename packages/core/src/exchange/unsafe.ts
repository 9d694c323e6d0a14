import { invalidatedGroups } from '../http/cache-groups.js';
import { invalidatedBy } from '../http/invalidates.js';
import type { RequestView, ResponseHead } from '../http/message.js';
import { groupName, targetName } from '../invalidation/tags.js';
import { passOn } from './pass.js';
import type { Answer, Capture } from './types.js';

/**
 * Watches the answer to an unsafe method: when it succeeds, what is stored for its target is invalid (RFC 9111
 * section 4.4). That is done before the head of the answer is sent, so that the client's next read is new, and once
 * more when a body that came in parts has ended: the handler may have worked on until then. The same goes for the
 * groups that the answer names (RFC 9875 section 3).
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
    changed = namesChangedBy(view, head);
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

function namesChangedBy(view: RequestView, { status, headers }: ResponseHead): readonly string[] {
  const targets = invalidatedBy(view, status, headers);
  const groups = invalidatedGroups(view.method, status, headers);
  return [
    ...targets.map(({ authority, path }) => targetName(authority, path)),
    ...groups.map((group) => groupName(`${view.scheme}://${view.authority}`, group)),
  ];
}
