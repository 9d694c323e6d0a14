import type { Clock } from '../clock.js';
import { ShelflifeError } from '../errors.js';
import { encodeParts } from '../key/encode.js';
import { keyDigest } from '../key/key.js';
import { createAllowance } from './allowance.js';
import { within } from './deadline.js';
import { type StoredItem, decodeFrame, encodeFrame } from './frame.js';
import { createGuard, type Guarded, type NodeChange } from './guard.js';
import type { Lease, LeaseGrant, Store } from './store.js';

/** A store behind its guard: whatever the store does, callers get an answer in time and no exception. */
export interface StoreTier {
  /** Never rejects and never takes longer than the deadline. `undefined`: nothing usable. */
  get(key: string): Promise<StoredItem | undefined>;
  /** Writes in the background. `ttlMs`: milliseconds after which the item is good for nothing. */
  set(key: string, item: StoredItem, ttlMs: number): void;
  /** Deletes in the background. */
  delete(key: string): void;
  /** Absent when the store has none. */
  readonly lease?: TierLease;
  /**
   * Waits for the writes under way, as long as the deadline lets them, then closes the store. Afterwards
   * nothing is found and nothing is written.
   * @throws ShelflifeError `ERR_STORE` when the store cannot be closed, or not within five seconds.
   */
  drain(): Promise<void>;
}

/** The leases of a store behind its guard; see `Lease`. */
export interface TierLease {
  /** Never rejects. `undefined`: there is none to be had. `item`: what `value` holds, when it can be read. */
  take(key: string, ttlMs: number, seen?: Uint8Array): Promise<Taken | undefined>;
  renew(key: string, token: string, ttlMs: number): Promise<boolean>;
  /** In the background, behind the writes of this key: whoever is next finds what was stored. */
  release(key: string, token: string): void;
}

/** {@link LeaseGrant}, with the value read. */
export type Taken = LeaseGrant & { readonly item?: StoredItem | undefined };

/** What a store tier needs. */
export interface StoreTierOptions {
  readonly clock: Clock;
  /** Keeps apart what several applications put into one store: it is part of every key. */
  readonly namespace: string;
  /** Milliseconds that any one operation may take. */
  readonly deadline: number;
  /** The invalidation log of this process: what was stored under another one is a miss. */
  readonly logId: string;
  /** Told of every failure, with the reason as `cause`. */
  failed(operation: StoreOperation, error: ShelflifeError): void;
  /** Told when a machine of the store is left alone because it does not work, and when it is used again. */
  readonly changed?: (change: NodeChange) => void;
}

/** An operation of a store that can fail. */
export type StoreOperation = 'get' | 'set' | 'delete' | 'lease';

// Writes under way, until the store itself is done with them: it holds on to their bytes that long.
const MAX_WRITES = 256;
const MAX_WRITE_BYTES = 16 * 1024 * 1024;

const CLOSE_LIMIT_MS = 5000;

/** Puts the guard in front of a store. Keys become digests, so that any key fits any store. */
export function createStoreTier(store: Store, options: StoreTierOptions): StoreTier {
  const { clock, namespace, deadline, logId } = options;
  const allowance = createAllowance(MAX_WRITES, MAX_WRITE_BYTES);
  const writes = new Set<Promise<void>>();
  const latest = new Map<string, Promise<void>>();
  const guard = createGuard({
    clock,
    deadline,
    nodeOf: (digest) => store.node?.(digest) ?? '',
    probe: (digest) => store.get(digest),
    changed: (change) => options.changed?.(change),
  });
  let drained: Promise<void> | undefined;

  const digestOf = (key: string): string => keyDigest(encodeParts([namespace, key]));

  function report(operation: StoreOperation, cause: unknown): undefined {
    options.failed(operation, storeError(operation, cause));
  }

  function itemIn(digest: string, bytes: Uint8Array | undefined): StoredItem | undefined {
    // Some clients say null.
    if (bytes === undefined || bytes === null) return undefined;
    const frame = decodeFrame(digest, bytes);
    if (frame === undefined) return report('get', new Error('the entry is damaged or not of this version'));
    return frame.logId === logId ? frame.item : undefined;
  }

  /** The value, or `undefined` when there is none to be had. */
  function valueOf<T>(operation: StoreOperation, result: Guarded<T>): T | undefined {
    if (result.how === 'done') return result.value;
    if (result.how === 'failed') return report(operation, result.error);
    return result.why === 'busy'
      ? report(operation, new Error('too many operations are under way'))
      : undefined;
  }

  async function writeGuarded(
    operation: 'set' | 'delete',
    digest: string,
    run: () => Promise<void>,
    giveBack: () => void,
  ): Promise<void> {
    // The store holds on to the bytes until it is done with them, not until the deadline.
    const counted = (): Promise<void> => new Promise<void>((settle) => settle(run())).finally(giveBack);
    const result = await guard.run('write', digest, counted);
    if (result.how === 'skipped') giveBack();
    valueOf(operation, result);
  }

  function write(operation: 'set' | 'delete', digest: string, bytes: number, run: () => Promise<void>): void {
    const giveBack = allowance.take(bytes);
    if (giveBack === undefined)
      return report(operation, new Error('too many writes are under way; this one was dropped'));
    const limited = writeGuarded(operation, digest, run, giveBack);
    writes.add(limited);
    latest.set(digest, limited);
    void limited.finally(() => {
      writes.delete(limited);
      if (latest.get(digest) === limited) latest.delete(digest);
    });
  }

  const leaseOf = (lease: Lease): TierLease => ({
    async take(key, ttlMs, seen) {
      if (drained !== undefined) return undefined;
      const digest = digestOf(key);
      const grant = valueOf('lease', await guard.run('write', digest, () => lease.take(digest, ttlMs, seen)));
      return grant?.value === undefined ? grant : { ...grant, item: itemIn(digest, grant.value) };
    },
    async renew(key, token, ttlMs) {
      const digest = digestOf(key);
      return (
        valueOf('lease', await guard.run('write', digest, () => lease.renew(digest, token, ttlMs))) ?? false
      );
    },
    release(key, token) {
      const digest = digestOf(key);
      const after = latest.get(digest) ?? Promise.resolve();
      void after
        .then(() => guard.run('write', digest, () => lease.release(digest, token)))
        .then((result) => valueOf('lease', result));
    },
  });

  function remove(digest: string): void {
    write('delete', digest, 0, () => store.delete(digest));
  }

  async function close(): Promise<void> {
    await Promise.all(writes);
    guard.close();
    try {
      await within(clock, CLOSE_LIMIT_MS, async () => store.close?.());
    } catch (cause) {
      throw storeError('close', cause);
    }
  }

  return {
    async get(key) {
      if (drained !== undefined) return undefined;
      const digest = digestOf(key);
      return itemIn(digest, valueOf('get', await guard.run('read', digest, () => store.get(digest))));
    },
    set(key, item, ttlMs) {
      if (drained !== undefined || !(ttlMs > 0)) return;
      const digest = digestOf(key);
      const bytes = encodeFrame(digest, logId, item);
      // What lies there is older than what did not fit.
      if (bytes.byteLength > (store.maxValueSize ?? Infinity)) return remove(digest);
      write('set', digest, bytes.byteLength, () => store.set(digest, bytes, Math.ceil(ttlMs)));
    },
    delete(key) {
      if (drained === undefined) remove(digestOf(key));
    },
    ...(store.lease && { lease: leaseOf(store.lease) }),
    drain: () => (drained ??= close()),
  };
}

function storeError(operation: StoreOperation | 'close', cause: unknown): ShelflifeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ShelflifeError('ERR_STORE', `store.${operation}() failed: ${why}`, { cause });
}
