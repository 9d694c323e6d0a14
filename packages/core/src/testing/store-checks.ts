import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Store } from '../store/store.js';

/** Passes, or throws what is wrong with the store. It needs the store for itself no more than in its own keys. */
export type StoreCheck = (store: Store) => Promise<void>;

const LONG_MS = 60_000;
const SHORT_MS = 50;
// A store may count in seconds and round up.
const EXPIRY = { timeout: 3000, interval: 20 };

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, at) => at);

async function expectBytes(store: Store, key: string, bytes: Uint8Array): Promise<void> {
  const found = await store.get(key);
  expect(found, 'what was set must be there').toBeInstanceOf(Uint8Array);
  // Not toEqual(): it takes seconds for a megabyte.
  expect(Buffer.compare(found!, bytes), 'what comes out must be what went in').toBe(0);
}

async function expectKept(store: Store, bytes: Uint8Array, key: string = randomUUID()): Promise<void> {
  await store.set(key, bytes, LONG_MS);
  await expectBytes(store, key, bytes);
}

async function expectGone(store: Store, key: string): Promise<void> {
  await expect.poll(() => store.get(key), EXPIRY).toBeUndefined();
}

/** Every check with its name; `storeSuite()` makes a test of each. */
export const storeChecks: readonly (readonly [title: string, check: StoreCheck])[] = [
  [
    'finds nothing under a key that was never set',
    async (store) => {
      expect(await store.get(randomUUID())).toBeUndefined();
    },
  ],
  ['keeps every value a byte can have', (store) => expectKept(store, ALL_BYTES)],
  ['keeps an empty value', (store) => expectKept(store, new Uint8Array())],
  [
    'keeps a mebibyte, or as much as it says it can',
    (store) => expectKept(store, randomBytes(Math.min(2 ** 20, store.maxValueSize ?? Infinity))),
  ],
  [
    'replaces a value by a shorter one',
    async (store) => {
      const key = randomUUID();
      await expectKept(store, ALL_BYTES, key);
      await expectKept(store, ALL_BYTES.subarray(0, 3), key);
    },
  ],
  [
    'keeps the part that a view shows, not the buffer under it',
    (store) => expectKept(store, Buffer.from(ALL_BYTES).subarray(10, 20)),
  ],
  [
    'forgets a deleted key, and only that',
    async (store) => {
      const [gone, kept] = [randomUUID(), randomUUID()];
      await expectKept(store, ALL_BYTES, gone);
      await expectKept(store, ALL_BYTES, kept);
      await store.delete(gone);
      expect(await store.get(gone)).toBeUndefined();
      await expectBytes(store, kept, ALL_BYTES);
    },
  ],
  [
    'deletes a key that is not there',
    async (store) => {
      await store.delete(randomUUID());
    },
  ],
  [
    'lets a value expire for good',
    async (store) => {
      const key = randomUUID();
      await store.set(key, ALL_BYTES, SHORT_MS);
      await expectGone(store, key);
      await store.set(randomUUID(), ALL_BYTES, LONG_MS);
      expect(await store.get(key), 'an expired value must not come back').toBeUndefined();
    },
  ],
  [
    'counts the time of a value from when it was last set',
    async (store) => {
      const [longer, shorter] = [randomUUID(), randomUUID()];
      await store.set(longer, ALL_BYTES, SHORT_MS);
      await store.set(longer, ALL_BYTES, LONG_MS);
      await store.set(shorter, ALL_BYTES, LONG_MS);
      await store.set(shorter, ALL_BYTES, SHORT_MS);
      await expectGone(store, shorter);
      await expectBytes(store, longer, ALL_BYTES);
    },
  ],
  [
    'tells keys of 120 characters apart by their last one',
    async (store) => {
      const stem = randomUUID().padEnd(119, 'k');
      await store.set(`${stem}a`, Uint8Array.of(1), LONG_MS);
      await store.set(`${stem}b`, Uint8Array.of(2), LONG_MS);
      await expectBytes(store, `${stem}a`, Uint8Array.of(1));
      await expectBytes(store, `${stem}b`, Uint8Array.of(2));
    },
  ],
  [
    'takes every visible ASCII character in a key, and tells letter case apart',
    async (store) => {
      const stem = randomUUID().slice(0, 8);
      const visible = String.fromCharCode(...Array.from({ length: 94 }, (_, at) => 0x21 + at));
      const keys = [visible, 'key', 'KEY', '../up', '..', '%2e', '*', '__proto__', 'a:b', 'a'].map(
        (key) => stem + key,
      );
      for (const [at, key] of keys.entries()) await store.set(key, Uint8Array.of(at), LONG_MS);
      for (const [at, key] of keys.entries()) await expectBytes(store, key, Uint8Array.of(at));
      await Promise.all(keys.map((key) => store.delete(key)));
    },
  ],
  [
    'keeps values that are set at the same time',
    async (store) => {
      const values = Array.from(
        { length: 50 },
        (_, at) => [randomUUID(), randomBytes(1 + at * 100)] as const,
      );
      await Promise.all(values.map(([key, bytes]) => store.set(key, bytes, LONG_MS)));
      await Promise.all(values.map(([key, bytes]) => expectBytes(store, key, bytes)));
    },
  ],
  [
    'ends with one whole value when a key is set many times at once',
    async (store) => {
      const key = randomUUID();
      const values = Array.from({ length: 20 }, (_, at) => Buffer.alloc(1000 + at * 500, at));
      await Promise.all(values.map((bytes) => store.set(key, bytes, LONG_MS)));
      const found = await store.get(key);
      expect(
        values.some((bytes) => found !== undefined && bytes.equals(found)),
        'a mixture of values',
      ).toBe(true);
    },
  ],
  [
    'does not mind what becomes of an array after it was set',
    async (store) => {
      const key = randomUUID();
      const bytes = Uint8Array.from(ALL_BYTES);
      await store.set(key, bytes, LONG_MS);
      bytes.fill(0);
      await expectBytes(store, key, ALL_BYTES);
    },
  ],
  [
    'does not mind what becomes of an array that it returned',
    async (store) => {
      const key = randomUUID();
      await expectKept(store, ALL_BYTES, key);
      (await store.get(key))?.fill(0);
      await expectBytes(store, key, ALL_BYTES);
    },
  ],
  [
    'keeps nothing of a value that is larger than it can take',
    async (store) => {
      if (store.maxValueSize === undefined) return;
      const key = randomUUID();
      await store.set(key, randomBytes(store.maxValueSize + 1), LONG_MS).catch(() => {});
      expect(await store.get(key)).toBeUndefined();
    },
  ],
  [
    'can be closed twice',
    async (store) => {
      await store.close?.();
      await store.close?.();
    },
  ],
];
