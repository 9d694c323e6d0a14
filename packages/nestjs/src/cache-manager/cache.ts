import type { EventEmitter } from 'node:events';

/** What cache-manager's `wrap` takes besides a time. */
export interface WrapOptions<T> {
  /** Milliseconds, or a function of the value. */
  readonly ttl?: number | ((value: T) => number);
  /** Milliseconds, or a function of the value. */
  readonly refreshThreshold?: number | ((value: T) => number);
  /** Whether the value comes with the time of its expiry. */
  readonly raw?: boolean;
}

/** A value as `wrap(…, { raw: true })` returns it. */
export interface RawValue<T> {
  readonly value: T;
  /** Unix milliseconds. */
  readonly expires: number | undefined;
}

/** An item of `mset`. */
export interface Item<T> {
  readonly key: string;
  readonly value: T;
  /** Milliseconds. */
  readonly ttl?: number;
}

/** What a listener can hear of. */
export type CacheManagerEvent = 'get' | 'mget' | 'set' | 'mset' | 'del' | 'mdel' | 'clear' | 'refresh';

// What listeners get differs from event to event.
type Listener = (data: any) => void;

/**
 * The interface of cache-manager: what `CACHE_MANAGER` injects. It is a provider token as well. All times are
 * milliseconds, and `0` means no expiry.
 */
export abstract class Cache {
  abstract get<T>(key: string): Promise<T | undefined>;
  abstract mget<T>(keys: string[]): Promise<(T | undefined)[]>;
  /** When a value expires: Unix milliseconds. */
  abstract ttl(key: string): Promise<number | undefined>;
  abstract set<T>(key: string, value: T, ttl?: number): Promise<T>;
  abstract mset<T>(list: Item<T>[]): Promise<Item<T>[]>;
  /** Deletes a value, and the answers of handlers that are stored under this key or URL. */
  abstract del(key: string): Promise<boolean>;
  abstract mdel(keys: string[]): Promise<boolean>;
  /** Deletes everything, answers of handlers included. */
  abstract clear(): Promise<boolean>;
  abstract wrap<T>(
    key: string,
    load: () => T | Promise<T>,
    options: WrapOptions<T> & { readonly raw: true },
  ): Promise<RawValue<T>>;
  abstract wrap<T>(
    key: string,
    load: () => T | Promise<T>,
    ttl?: number | ((value: T) => number) | WrapOptions<T>,
    refreshThreshold?: number | ((value: T) => number),
  ): Promise<T>;
  abstract on(event: CacheManagerEvent, listener: Listener): EventEmitter;
  abstract off(event: CacheManagerEvent, listener: Listener): EventEmitter;
  /** Does nothing: the module closes the cache when the application shuts down. */
  abstract disconnect(): Promise<undefined>;
  abstract cacheId(): string;
  /** @throws ShelflifeError `ERR_OPTION`: there are none. */
  abstract readonly stores: never;
}
