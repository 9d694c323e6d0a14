/** The provider token of the cache, with the interface of cache-manager. */
export const CACHE_MANAGER = 'CACHE_MANAGER';

/** The provider token of the module's options. */
export const OPTIONS: unique symbol = Symbol('shelflife.cache-manager.options');

/** The provider token of the cache behind {@link CACHE_MANAGER}. */
export const BEHIND: unique symbol = Symbol('shelflife.cache-manager.cache');
