import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headersOf } from '../http/fields.js';
import { storedResponse } from '../testing/made.js';
import { chargeOf } from './charge.js';
import { createResponseCodec } from './packing.js';
import type { Kept } from './storage.js';

const codec = createResponseCodec(() => false);

const texts = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), { maxLength: 6 });
const fields = fc
  .array(fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,20}$/), fc.string()), { maxLength: 20 })
  .map((all) => all.flat());
const kept = fc
  .record({
    status: fc.integer({ min: 100, max: 599 }),
    reason: fc.option(fc.string(), { nil: undefined }),
    lines: fields,
    made: texts,
    tags: texts,
    forAll: fc.boolean(),
    isOwn: fc.boolean(),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    position: fc.nat(),
    requestedAt: fc.nat(),
    generatedAt: fc.double({ noDefaultInfinity: true, noNaN: true }).map((time) => time + 0),
  })
  .map(({ isOwn, reason, ...more }) => ({
    kind: 'response' as const,
    isOwn,
    response: storedResponse({
      ...more,
      headers: headersOf(more.lines),
      ...(reason === undefined ? {} : { reason }),
    }),
  }));

test('a response that was packed comes back as it was', () => {
  fc.assert(
    fc.property(kept, (item) => {
      const packed = codec.pack(item)!;
      expect(codec.unpack(packed)).toEqual(item);
    }),
  );
});

describe('the body', () => {
  const responseWith = (body: Uint8Array): Kept => ({ kind: 'response', response: storedResponse({ body }) });

  test.each([
    [4095, false],
    [4096, true],
  ])('of %i bytes stays the array that it is: %s', (length, isApart) => {
    expect(codec.pack(responseWith(new Uint8Array(length)))).toMatchObject({ isApart });
  });

  test('stays the array that it is when codings were made of it', () => {
    const body = new Uint8Array(2000);
    const coded = createResponseCodec((array) => array === body);
    expect(coded.pack(responseWith(body))).toMatchObject({ isApart: true });
  });
});

test.each<[string, { readonly kind: string }]>([
  ['what a URL varies by', { kind: 'vary' }],
  ['a value', { kind: 'value' }],
  [
    'a response without an end',
    { kind: 'response', response: storedResponse({ errorUntil: Infinity }) } as Kept,
  ],
])('%s stays an object', (_, item) => {
  expect(codec.pack(item)).toBeUndefined();
});

test.each([0, 200, 4000])(
  'a response of %i bytes is charged with what it takes, and little more',
  (length) => {
    const lines = [
      'Content-Type',
      'application/json; charset=utf-8',
      'ETag',
      `"${'x'.repeat(27)}"`,
      'Vary',
      'Accept',
    ];
    const tags = ['p:/products/1', 'u:shop.example/products/1', 't:products'];
    const item = {
      kind: 'response',
      response: storedResponse({ lines, tags, body: new Uint8Array(length) }),
    } as const;
    const { text, bytes } = codec.pack(item)!;
    const size = 1.1 * (text.length + bytes.byteLength);
    expect(chargeOf(item)).toBeGreaterThanOrEqual(Math.min(size, text.length + bytes.byteLength + 60));
    expect(chargeOf(item)).toBeLessThan(size + 150);
  },
);
