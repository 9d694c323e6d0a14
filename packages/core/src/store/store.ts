/**
 * A second tier: bytes under keys, shared between processes or kept across restarts. It need not be reliable.
 * It may lose any entry at any time, be slow, or fail; then a request goes to its handler. What it must never do
 * is return, for a key, anything but the whole of what was last set under exactly that key.
 *
 * Keys are 1 to 120 visible ASCII characters (0x21 to 0x7e); letter case counts. Every promise settles in the
 * end: the cache stops waiting after its deadline, but what is written stays counted until the store is done
 * with it. `storeSuite()` of `@shelflife/core/testing` checks all this.
 */
export interface Store {
  /** The bytes, which then belong to the caller, or `undefined`. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps bytes, in place of older ones under this key. The caller may reuse the array once the promise settled.
   * `ttlMs`: milliseconds (a positive integer) after which they may be dropped. A store that counts in coarser
   * units rounds up; one that drops them late does no harm.
   */
  set(key: string, bytes: Uint8Array, ttlMs: number): Promise<void>;
  /** Forgets a key. One that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Releases connections and handles. May be called more than once; the store is not used afterwards. */
  close?(): Promise<void>;
  /** The most bytes one value may have. The cache offers no larger ones. Absent: no limit. */
  readonly maxValueSize?: number;
}
