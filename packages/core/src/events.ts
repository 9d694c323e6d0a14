import { channel, type Channel } from 'node:diagnostics_channel';
import type { Advice } from './advice.js';
import type { ShelflifeError } from './errors.js';

/** What can happen in a cache, by type. `url` is path and query as received. */
export interface CacheEvents {
  /** Answered from the cache. `ttl`: milliseconds of freshness left, negative when stale. */
  hit: { readonly url: string; readonly ttl: number; readonly collapsed: boolean };
  /** The handler was asked. `fwd` and `detail` are the words of Cache-Status (RFC 9211). */
  forward: { readonly url: string; readonly fwd: string; readonly detail?: string };
  /** An answer was stored. `ttl`: milliseconds of freshness; `size`: bytes of body. */
  stored: {
    readonly url: string;
    readonly ttl: number;
    readonly size: number;
    readonly tags: readonly string[];
  };
  /** An answer was not stored, and why (one of `REASONS`). */
  'not-stored': { readonly url: string; readonly reason: string };
  /** An invalidation took effect in this process. `names`: what was invalidated. */
  invalidated: {
    readonly names: readonly string[];
    readonly mode: 'remove' | 'stale';
    readonly position: number;
  };
  /**
   * An invalidation that nobody waits for (by an unsafe method) is in effect in this process, and the shared log did
   * not confirm that it has it; it is tried again.
   */
  'invalidation-failed': { readonly names: readonly string[]; readonly error: ShelflifeError };
  /**
   * The shared log cannot be reached (`down`, with the reason), can again (`live`), or lacks records, so that what was
   * stored before is invalid (`gap`).
   */
  'log-changed': { readonly state: 'down' | 'live' | 'gap'; readonly error?: unknown };
  /** A stale response is being refreshed in the background. */
  refresh: { readonly url: string };
  /** A background refresh ended and the stale response is still there; it is tried again after a pause. */
  'refresh-failed': { readonly url: string; readonly error?: unknown };
  /**
   * A load of the data cache, or of `cache.fetcher()` (`key`: the URL), failed while a stale value stood in for it; it
   * is tried again after a pause.
   */
  'load-failed': { readonly key: string; readonly error: unknown };
  /** The ids of a source's filter could not be read; the old ones count for a while, and it is tried again. */
  'filter-failed': { readonly error: unknown };
  /** A `fetch` that `cache.fetcher()` made has answered. `ttl`: seconds; `fwd` and `detail` are words of Cache-Status. */
  fetch: {
    readonly url: string;
    readonly hit: boolean;
    readonly ttl?: number;
    readonly fwd?: string;
    readonly detail?: string | undefined;
  };
  /** A response left the memory tier to make room. `size`: bytes it was charged with. */
  evicted: { readonly key: string; readonly size: number };
  /** A function of a rule threw or returned nonsense; the request went on to the handler. */
  'rule-failed': { readonly url: string; readonly error: ShelflifeError };
  /** The second tier failed or was too slow; the request went on without it. */
  'store-failed': { readonly operation: 'get' | 'set' | 'delete' | 'lease'; readonly error: ShelflifeError };
  /**
   * After failures in a row a machine of the second tier (`node`, as the store names it) is left alone for reads or
   * writes (`works: false`), until a probe in the background shows that it works again.
   */
  'store-changed': { readonly node: string; readonly kind: 'read' | 'write'; readonly works: boolean };
  /**
   * A response has more tags than a CDN reads from `field`; `dropped` of them are missing there (rule option
   * `cdn.overLimit`).
   */
  'cdn-limit': { readonly url: string; readonly field: string; readonly dropped: number };
  /** A handler read a request header that the key does not cover (rule option `unkeyed: 'report'`). */
  unkeyed: { readonly url: string; readonly header: string };
  /** A mistake in how the cache is set up, named once (option `advice` of the cache). `message` says what mends it. */
  advice: Advice;
}

export type CacheEventType = keyof CacheEvents;

/** An event as a listener of `'*'` gets it: its data with its type. */
export type CacheEvent = { [T in CacheEventType]: { readonly type: T } & CacheEvents[T] }[CacheEventType];

type Listener = (event: CacheEvent) => void;

/** Subscribes to one type of event, or to all; what it returns ends that. */
export interface Subscribe {
  <T extends CacheEventType>(
    type: T,
    listener: (event: Extract<CacheEvent, { type: T }>) => void,
  ): () => void;
  (type: '*', listener: (event: CacheEvent) => void): () => void;
}

/** Hands events to listeners and to the `diagnostics_channel`s `shelflife:<type>`. */
export interface Emitter {
  readonly on: Subscribe;
  readonly emit: <T extends CacheEventType>(type: T, data: CacheEvents[T]) => void;
  /** False when nobody listens: on the way to a hit the data is not even built then. */
  readonly wants: (type: CacheEventType) => boolean;
}

/** Makes the emitter of one cache. A listener that throws becomes a process warning, never a failed request. */
export function createEmitter(): Emitter {
  const listeners = new Map<string, Set<Listener>>();
  const channels = new Map<string, Channel>();
  const channelOf = (type: string): Channel => {
    let found = channels.get(type);
    if (found === undefined) channels.set(type, (found = channel(`shelflife:${type}`)));
    return found;
  };

  const tell = (type: string, event: CacheEvent): void => {
    for (const listener of listeners.get(type) ?? []) {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(
          `a listener of the cache event '${event.type}' threw: ${String(error)}`,
          'ShelflifeWarning',
        );
      }
    }
  };

  const emitter: Emitter = {
    on: (type: string, listener: (event: never) => void) => {
      const group = listeners.get(type) ?? new Set();
      listeners.set(type, group.add(listener as Listener));
      return () => void group.delete(listener as Listener);
    },
    emit: (type, data) => {
      if (!emitter.wants(type)) return;
      const event = { type, ...data } as unknown as CacheEvent;
      tell(type, event);
      tell('*', event);
      channelOf(type).publish(event);
    },
    wants: (type) =>
      (listeners.get(type)?.size ?? 0) > 0 ||
      (listeners.get('*')?.size ?? 0) > 0 ||
      channelOf(type).hasSubscribers,
  };
  return emitter;
}
