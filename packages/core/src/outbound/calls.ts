import type { Clock } from '../clock.js';
import type { StoredResponse } from '../http/message.js';
import type { InvalidationLog } from '../invalidation/log.js';

/** How a call ended, for those who wait for its answer. */
export type Landing =
  | { readonly how: 'stored'; readonly key: string; readonly stored: StoredResponse }
  /** The answer was for its own caller only: everybody else asks for himself. */
  | { readonly how: 'uncacheable' }
  /** An error of the server, or given up: somebody else may try. */
  | { readonly how: 'abandoned' }
  /** The network failed, for all. */
  | { readonly how: 'failed'; readonly error: unknown };

/** A request under way. */
export interface Call {
  /** The log position before it was sent. */
  readonly position: number;
  readonly startedAt: number;
  readonly landed: Promise<Landing>;
  /** Aborted when nobody holds it any more. */
  readonly signal: AbortSignal;
  /** Takes part in it; what it returns ends that, once. */
  hold(): () => void;
  land(landing: Landing): void;
}

/** Requests under way, so that those who want the same wait for one. */
export interface Calls {
  /** The call of this key, unless it was sent before `since` or before something was invalidated, or takes too long. */
  join(key: string, since?: number): Call | undefined;
  /** Starts one, which others can join when it has a key. */
  start(key: string | undefined, names: readonly string[]): Call;
  /** Resolves when none is under way. */
  idle(): Promise<void>;
}

/** A call that takes longer does not hold its key: the next one takes over. */
const LONGEST_MS = 30_000;
/** Above this they are not shared. */
const MAX_CALLS = 10_000;

export function createCalls(clock: Clock, log: InvalidationLog): Calls {
  const shared = new Map<string, { readonly call: Call; readonly names: readonly string[] }>();
  const all = new Set<Promise<Landing>>();

  function start(key: string | undefined, names: readonly string[]): Call {
    const abort = new AbortController();
    let holders = 0;
    let land: (landing: Landing) => void = () => {};
    const landed = new Promise<Landing>((resolve) => (land = resolve));
    all.add(landed);
    const call: Call = {
      position: log.position,
      startedAt: clock.now(),
      landed,
      signal: abort.signal,
      hold() {
        let isHeld = true;
        holders++;
        return () => {
          if (isHeld) holders--;
          isHeld = false;
          if (holders === 0) abort.abort();
        };
      },
      land(landing) {
        all.delete(landed);
        if (key !== undefined && shared.get(key)?.call === call) shared.delete(key);
        land(landing);
      },
    };
    if (key !== undefined && (shared.size < MAX_CALLS || shared.has(key))) shared.set(key, { call, names });
    return call;
  }

  return {
    join(key, since = -Infinity) {
      const { call, names } = shared.get(key) ?? {};
      if (call === undefined || names === undefined || call.signal.aborted) return undefined;
      if (clock.now() - call.startedAt >= LONGEST_MS || call.startedAt < since) return undefined;
      return log.staleSince(call.position, names) === Infinity ? call : undefined;
    },
    start,
    async idle() {
      await Promise.all(all);
    },
  };
}
