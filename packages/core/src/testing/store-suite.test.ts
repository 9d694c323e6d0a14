import { describe, expect, test } from 'vitest';
import type { Store } from '../store/store.js';
import { mapStore } from './map-store.js';
import { storeChecks } from './store-checks.js';
import { storeSuite } from './store-suite.js';

storeSuite('mapStore', () => mapStore());
storeSuite('with a largest value', () => limited(16_384, 'reject'));
storeSuite('that ignores what is too large', () => limited(16_384, 'ignore'));

function limited(maxValueSize: number, tooLarge: 'reject' | 'ignore' | 'cut'): Store {
  const inner = mapStore();
  return {
    ...inner,
    maxValueSize,
    async set(key, bytes, ttlMs) {
      if (bytes.length > maxValueSize && tooLarge === 'reject') throw new Error('too large');
      if (bytes.length > maxValueSize && tooLarge === 'ignore') return;
      await inner.set(key, bytes.subarray(0, maxValueSize), ttlMs);
    },
  };
}

/** A map store, but for one thing. */
function wrong(change: (inner: Store, values: Map<string, Uint8Array>) => Partial<Store>): Store {
  const inner = mapStore();
  return { ...inner, ...change(inner, new Map()) };
}

/** A map store that makes something else of its keys. */
function rekeyed(keyOf: (key: string) => string): Store {
  return wrong((inner) => ({
    get: (key) => inner.get(keyOf(key)),
    set: (key, bytes, ttlMs) => inner.set(keyOf(key), bytes, ttlMs),
    delete: (key) => inner.delete(keyOf(key)),
  }));
}

function forgetting(ttlOf: (key: string, ttlMs: number) => number): Store {
  return wrong((inner) => ({ set: (key, bytes, ttlMs) => inner.set(key, bytes, ttlOf(key, ttlMs)) }));
}

function onlyFirstTtl(): Store {
  const first = new Map<string, number>();
  return forgetting((key, ttlMs) => {
    if (!first.has(key)) first.set(key, ttlMs);
    return first.get(key)!;
  });
}

function closing(): Store {
  let open = true;
  return wrong(() => ({
    async close() {
      if (!open) throw new Error('closed already');
      open = false;
    },
  }));
}

describe('the suite finds a store that', () => {
  test.concurrent.each<[string, () => Store, string]>([
    [
      'keeps the array it is given',
      () =>
        wrong((_, values) => ({
          get: async (key) => Uint8Array.from(values.get(key) ?? []),
          set: async (key, bytes) => void values.set(key, bytes),
        })),
      'does not mind what becomes of an array after it was set',
    ],
    [
      'returns the array it keeps',
      () =>
        wrong((_, values) => ({
          get: async (key) => values.get(key),
          set: async (key, bytes) => void values.set(key, Uint8Array.from(bytes)),
        })),
      'does not mind what becomes of an array that it returned',
    ],
    [
      'keeps the buffer under a view',
      () =>
        wrong((inner) => ({
          set: (key, bytes, ttlMs) => inner.set(key, new Uint8Array(bytes.buffer), ttlMs),
        })),
      'keeps the part that a view shows, not the buffer under it',
    ],
    [
      'takes bytes for text',
      () =>
        wrong((inner) => ({
          set: (key, bytes, ttlMs) => inner.set(key, Buffer.from(Buffer.from(bytes).toString()), ttlMs),
        })),
      'keeps every value a byte can have',
    ],
    [
      'takes an empty value for none',
      () =>
        wrong((inner) => ({
          get: async (key) => {
            const bytes = await inner.get(key);
            return bytes?.length === 0 ? undefined : bytes;
          },
        })),
      'keeps an empty value',
    ],
    [
      'cuts a mebibyte',
      () => ({ ...limited(1000, 'cut'), maxValueSize: 2 ** 20 }),
      'keeps a mebibyte, or as much as it says it can',
    ],
    [
      'cuts what is too large',
      () => limited(1000, 'cut'),
      'keeps nothing of a value that is larger than it can take',
    ],
    [
      'writes over the old value without clearing it',
      () =>
        wrong((inner) => ({
          async set(key, bytes, ttlMs) {
            const old = (await inner.get(key)) ?? new Uint8Array();
            await inner.set(key, Buffer.concat([bytes, old.subarray(bytes.length)]), ttlMs);
          },
        })),
      'replaces a value by a shorter one',
    ],
    [
      'does not delete',
      () => wrong(() => ({ delete: async () => {} })),
      'forgets a deleted key, and only that',
    ],
    [
      'deletes everything',
      () => wrong((inner) => ({ delete: async () => inner.close?.() })),
      'forgets a deleted key, and only that',
    ],
    [
      'minds deleting nothing',
      () => wrong(() => ({ delete: () => Promise.reject(new Error('ENOENT')) })),
      'deletes a key that is not there',
    ],
    [
      'finds something everywhere',
      () => wrong(() => ({ get: async () => Uint8Array.of(1) })),
      'finds nothing under a key that was never set',
    ],
    [
      'says null',
      () => wrong(() => ({ get: async () => null as never })),
      'finds nothing under a key that was never set',
    ],
    ['keeps everything for ever', () => forgetting(() => 1e9), 'lets a value expire for good'],
    [
      'takes milliseconds for seconds',
      () => forgetting((_, ttlMs) => ttlMs * 1000),
      'lets a value expire for good',
    ],
    [
      'counts from the first set',
      () => onlyFirstTtl(),
      'counts the time of a value from when it was last set',
    ],
    [
      'cuts keys',
      () => rekeyed((key) => key.slice(0, 100)),
      'tells keys of 120 characters apart by their last one',
    ],
    [
      'takes keys without case',
      () => rekeyed((key) => key.toLowerCase()),
      'takes every visible ASCII character in a key, and tells letter case apart',
    ],
    ['keeps one value', () => rekeyed(() => 'the only one'), 'keeps values that are set at the same time'],
    ['mixes values', () => mixing(), 'ends with one whole value when a key is set many times at once'],
    ['cannot be closed twice', () => closing(), 'can be closed twice'],
  ])('%s', async (_, create, title) => {
    const check = storeChecks.find(([name]) => name === title)![1];
    await expect(check(create())).rejects.toBeInstanceOf(Error);
  });
});

// As a file that is written in place: the head of one value, the tail of another.
function mixing(): Store {
  return wrong((inner, heads) => ({
    async set(key, bytes, ttlMs) {
      const head = heads.get(key) ?? bytes.slice(0, bytes.length >> 1);
      heads.set(key, head);
      await inner.set(key, Buffer.concat([head, bytes.subarray(head.length)]), ttlMs);
    },
  }));
}
