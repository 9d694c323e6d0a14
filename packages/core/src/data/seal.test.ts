import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import type { StoredValue } from '../store/stored-value.js';
import { createSealer } from './seal.js';

const sealer = createSealer({
  compressAbove: 10,
  secrets: [{ id: 'a', key: createSecretKey(Buffer.alloc(32, 7)) }],
});
const value: StoredValue = {
  bytes: Buffer.from('the value of a key, the value of a key'),
  names: ['k:1:a'],
  position: 1,
  startedAt: 2,
  madeAt: 3,
  freshUntil: 4,
  staleUntil: 5,
  errorUntil: 6,
  isPrivate: false,
};
const sealed = sealer.seal('k', value);

test('sealing twice never gives the same bytes', () => {
  expect(sealer.open('k', sealed)).toEqual(value);
  expect(Buffer.from(sealer.seal('k', value).bytes).equals(sealed.bytes)).toBe(false);
});

test('no byte can be changed, cut off or added', () => {
  const bytes = Buffer.from(sealed.bytes);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 1;
    expect(sealer.open('k', { ...sealed, bytes: changed })).toBeUndefined();
    expect(sealer.open('k', { ...sealed, bytes: bytes.subarray(0, at) })).toBeUndefined();
  }
  expect(sealer.open('k', { ...sealed, bytes: Buffer.concat([bytes, Buffer.of(0)]) })).toBeUndefined();
});

test.each([
  ['another key', 'j', {}],
  ['a later end', 'k', { freshUntil: 5 }],
  ['a later position', 'k', { position: 2 }],
  ['other tags', 'k', { names: [] }],
  ['other privacy', 'k', { isPrivate: true }],
])('it cannot be passed off with %s', (_title, key, change) => {
  expect(sealer.open(key, { ...sealed, ...change })).toBeUndefined();
});
