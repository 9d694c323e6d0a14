import type { LoadMany } from './batch.js';
import type { LoadContext } from './context.js';
import type { DataKey } from './key.js';
import type { DataRule } from './rule.js';

/** A moment in the order of invalidations. */
export interface Mark {
  readonly position: number;
  /** Other processes invalidate too, and this one hears of it a moment later. */
  readonly isShared: boolean;
}

/** How a value is set. */
export interface SetRule<T = unknown> extends DataRule<T> {
  /** When the value began to be made: if something has invalidated it since, it is not stored. Default: now. */
  readonly since?: Mark;
}

/** How a piece of a body is kept: as a value, see {@link DataRule}. */
export interface FragmentRule extends Omit<DataRule<string | Uint8Array>, 'schema' | 'negativeTtl'> {
  /**
   * The piece is for one user, and its key says for which. A piece that is made of something private is stored only
   * with this; no answer that is made of it is stored. Default `false`.
   */
  readonly private?: boolean;
}

/** The data cache: what handlers look up, under the same invalidations as their answers. */
export interface DataCache {
  /**
   * The stored value of a key, or what `load` makes of it. Concurrent calls share one load; when it fails all get its
   * error and nothing is stored. Values are copied, so that no caller can change what another gets; what cannot be
   * copied (functions, sockets) is returned and not stored, and so is `undefined`, unless `negativeTtl` is given.
   *
   * What is looked up while a handler makes an answer, or a load a value, is part of it: its tags and the end of its
   * lifetime count for the answer too.
   * @throws ShelflifeError `ERR_TARGET` for a key or tag, `ERR_OPTION` for a wrong option or a `ttl` that is missing,
   * `ERR_TIMEOUT` after `timeout.hard`; whatever `load` throws.
   */
  wrap<T>(key: DataKey, load: (context: LoadContext) => T | Promise<T>, options?: DataRule<T>): Promise<T>;
  /**
   * The values of many keys, in their order, with one `loadMissing` for all that are not there. It returns as many
   * values as it gets keys, in their order; each is stored under its key, as {@link DataCache.wrap} does it.
   */
  wrapMany<T, K extends DataKey>(
    keys: readonly K[],
    loadMissing: LoadMany<T, K>,
    options?: DataRule<T>,
  ): Promise<T[]>;
  /**
   * A piece of a body, stored or as `render` makes it: as {@link DataCache.wrap}, for text and bytes. Fragments may be
   * made of others: whoever invalidates an inner one invalidates all around it, and the answer. A key of a fragment is
   * apart from the same key of `wrap`; `invalidate({ keys })` reaches both.
   * @throws ShelflifeError as {@link DataCache.wrap}; `ERR_OPTION` also when `render` gives neither text nor bytes.
   */
  fragment<T extends string | Uint8Array>(
    key: DataKey,
    render: (context: LoadContext) => T | Promise<T>,
    rule?: FragmentRule,
  ): Promise<T>;
  /** The stored value, or `undefined`. */
  get<T>(key: DataKey): Promise<T | undefined>;
  /**
   * Stores a value in place of the one there is; loads of this key that are under way do not undo it.
   * @throws ShelflifeError `ERR_NOT_ACKNOWLEDGED` when other processes may go on with the old one; nothing is stored then.
   */
  set<T>(key: DataKey, value: T, options?: SetRule<T>): Promise<void>;
  /** This moment, for `set(key, value, { since })`. */
  mark(): Mark;
  /**
   * Whether nothing of this was invalidated since a mark, as far as this process can tell: `false` too when the shared
   * log does not answer. For what is made of data and kept elsewhere. Neither keys nor tags: whether anything is known
   * of the time since then.
   * @throws ShelflifeError `ERR_TARGET` (as a rejection) for a wrong key or tag.
   */
  isCurrent(
    since: Mark,
    of: { readonly keys?: readonly DataKey[]; readonly tags?: readonly string[] },
  ): Promise<boolean>;
  /**
   * Makes what is stored under a key invalid, and what is being loaded for it.
   * @throws ShelflifeError `ERR_NOT_ACKNOWLEDGED` when other processes may go on with it.
   */
  delete(key: DataKey): Promise<void>;
  has(key: DataKey): Promise<boolean>;
  /** Until when the stored value is fresh, in Unix milliseconds, or `undefined` when there is none. */
  freshUntil(key: DataKey): Promise<number | undefined>;
  /**
   * Runs `work`, such as the rest of a request, with a memory of its own: what it has looked up once it finds again,
   * without asking the store or the log, also when it is no longer fresh, unless it is invalidated in this process.
   */
  withMemo<T>(work: () => T): T;
  /**
   * Says that what carries `tag` depends on other tags: whoever invalidates one of them invalidates it as well. For
   * all that is stored from now on; in this process for what is stored already, too. Cycles are allowed. It holds as
   * long as the cache: say it where the values are loaded.
   * @throws ShelflifeError `ERR_TARGET` for a wrong tag, or when there are more than 100,000 dependencies.
   */
  depends(tag: string, ...on: readonly string[]): void;
}
