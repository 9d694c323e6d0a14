import type { Advice } from '../advice.js';
import type { LogTransport } from '../invalidation/transport.js';

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
  /** Milliseconds that one operation may take before the request goes on without it. Absent: 50. */
  readonly deadline?: number;
  /** What is wrong with how the server is set up. Asked once, at start; resolves when that is known, never rejects. */
  check?(): Promise<readonly Advice[]>;
  /**
   * Names the machine that a key lives on: one that fails is left alone for a moment, the others go on. Absent, or
   * `undefined`: there is only one.
   */
  node?(key: string): string | undefined;
  /** The order of invalidations, shared by all processes that use the store. Absent: each process has its own. */
  readonly log?: LogTransport;
  /** Lets one process at a time make what others wait for. Absent: each process makes it. */
  readonly lease?: Lease;
}

/**
 * The right to make the answer for a key, held by one process at a time and only for a while. It spares the handler;
 * no answer is right or wrong because of it, so it may be lost, or held twice, at any time.
 */
export interface Lease {
  /**
   * Takes it for `ttlMs` milliseconds unless another process has it, or somebody stored the value by now. `seen`:
   * what the caller found in the store and cannot use; the value is given only if it is another one.
   */
  take(key: string, ttlMs: number, seen?: Uint8Array): Promise<LeaseGrant>;
  /** Keeps it for `ttlMs` from now on. False: it is no longer ours. */
  renew(key: string, token: string, ttlMs: number): Promise<boolean>;
  /** Gives it back, if it is still ours. */
  release(key: string, token: string): Promise<void>;
}

/** The answer of {@link Lease.take}: ours under this token, not needed for this is the value, or held by another. */
export type LeaseGrant =
  | { readonly token: string; readonly value?: never }
  | { readonly value: Uint8Array; readonly token?: never }
  | { readonly token?: never; readonly value?: never };
