import { AsyncResource } from 'node:async_hooks';
import type { Found } from '../exchange/storage.js';
import type { Question } from './question.js';
import type { FetchRooms } from './rooms.js';
import type { Send } from './send.js';

/** Fetches a new answer behind the back of a caller who is answered with a stale one. */
export type Refresh = (question: Question, found: Found) => void;

const LONGEST_MS = 30_000;
const PAUSE_MS = 1000;
/** More at once wait for the next call that meets their stale answer. */
const MAX_RUNNING = 64;

// Nothing of the request that met a stale answer may reach its refresh but what the key covers.
const OUTSIDE = new AsyncResource('ShelflifeFetch', { requireManualDestroy: true });

export function createRefresh(
  { clock, calls, retries, refreshing, events }: FetchRooms,
  send: Send,
): Refresh {
  return (question, found) => {
    if (calls.join(found.key) !== undefined || retries.isPaused(found.key)) return;
    if (refreshing.size >= MAX_RUNNING) return;
    const call = calls.start(found.key, question.names);
    const left = call.hold();
    refreshing.add(left);
    const cancel = clock.after(LONGEST_MS, left);
    async function end(): Promise<void> {
      const { how } = await call.landed;
      cancel();
      left();
      refreshing.delete(left);
      if (how !== 'stored') retries.pause(found.key, PAUSE_MS);
    }
    void end();
    const alone = { ...question, signal: undefined };
    OUTSIDE.runInAsyncScope(() => {
      send({ question: alone, found, fwd: 'stale', call, left: () => {} }).then(
        // Nobody reads it; it is stored all the same.
        ({ response }) => response.body?.cancel(),
        (error: unknown) => events.emit('load-failed', { key: question.url, error }),
      );
    });
  };
}
