import { type Clock, systemClock } from '../clock.js';
import type { Store } from '../store/store.js';

/** What can go wrong with one operation of a store. */
export type Fault =
  /** Throws at once, as if it had no promise to return. */
  | 'throw'
  /** Rejects. */
  | 'reject'
  /** Never settles. */
  | 'hang'
  /** Does what it should, {@link SLOW_MS} later. */
  | 'slow'
  /** `get` returns noise, `set` keeps noise, `delete` says it did and did not. */
  | 'garbage';

/** Which operations of a store go wrong, and how. */
export type Faults = Partial<Record<'get' | 'set' | 'delete', Fault>>;

/** Milliseconds that the fault `'slow'` adds. */
export const SLOW_MS = 200;

/**
 * A store that fails on purpose. `faults` of the result can be changed at any time and holds for the calls
 * after that: `store.faults = {}` mends everything. `clock` is what `'slow'` waits by.
 */
export function faultyStore(
  inner: Store,
  faults: Faults = {},
  clock: Clock = systemClock,
): Store & { faults: Faults } {
  const store: Store & { faults: Faults } = {
    ...(inner.maxValueSize === undefined ? {} : { maxValueSize: inner.maxValueSize }),
    faults,
    get: (key) =>
      spoil(
        store.faults.get,
        clock,
        () => inner.get(key),
        async () => noise(),
      ),
    set: (key, bytes, ttlMs) =>
      spoil(
        store.faults.set,
        clock,
        () => inner.set(key, bytes, ttlMs),
        () => inner.set(key, noise(), ttlMs),
      ),
    delete: (key) =>
      spoil(
        store.faults.delete,
        clock,
        () => inner.delete(key),
        async () => {},
      ),
    close: async () => inner.close?.(),
  };
  return store;
}

function spoil<T>(
  fault: Fault | undefined,
  clock: Clock,
  work: () => Promise<T>,
  garbage: () => Promise<T>,
): Promise<T> {
  switch (fault) {
    case undefined:
      return work();
    case 'throw':
      throw new Error('thrown on purpose');
    case 'reject':
      return Promise.reject(new Error('rejected on purpose'));
    case 'hang':
      return new Promise(() => {});
    case 'slow':
      return new Promise<void>((resolve) => void clock.after(SLOW_MS, resolve)).then(work);
    case 'garbage':
      return garbage();
  }
}

// The same every time, so that a failing test fails again.
function noise(): Uint8Array {
  return Uint8Array.from({ length: 300 }, (_, at) => (at * 167 + 13) % 251);
}
