import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headersOf } from '../http/fields.js';
import type { FieldLines, StoredResponse } from '../http/message.js';
import { type StoredItem, decodeFrame, encodeFrame } from './frame.js';
import type { StoredValue } from './stored-value.js';

function responseOf(changed: Partial<StoredResponse> & { readonly lines?: FieldLines } = {}): StoredItem {
  const lines = changed.lines ?? [
    'Content-Type',
    'text/plain',
    'content-length',
    '5',
    'X-A',
    '1',
    'x-a',
    '2',
  ];
  const response: StoredResponse = {
    status: 200,
    lines,
    headers: headersOf(lines),
    forAll: true,
    made: ['etag'],
    body: Buffer.from('hello'),
    tags: ['t:product:1', 'p:/a'],
    position: 7,
    requestedAt: 1000.25,
    generatedAt: 900,
    freshUntil: 2000,
    staleUntil: 3000,
    errorUntil: 2000,
    ...changed,
  };
  return { kind: 'response', response };
}

const VALUE: StoredValue = {
  bytes: Buffer.from('value'),
  names: ['k:1:a', 't:tag'],
  position: 7,
  startedAt: 1000,
  madeAt: 1001,
  freshUntil: 2000,
  staleUntil: 3000,
  errorUntil: 2000,
  isPrivate: false,
};

/** What someone can write who knows the format. */
function sealed(content: Uint8Array): Buffer {
  return Buffer.concat([content, createHash('sha256').update(content).digest().subarray(0, 16)]);
}

const reread = (item: StoredItem): StoredItem | undefined =>
  decodeFrame('k', encodeFrame('k', 'log', item))?.item;

describe('round trip', () => {
  test('a response comes back as it was: order and case of fields, and a table without prototype', () => {
    const item = responseOf({ reason: 'Fine' });
    const frame = decodeFrame('k', encodeFrame('k', 'log', item));
    expect(frame).toEqual({ logId: 'log', item });
    expect(frame?.item.kind === 'response' && Object.getPrototypeOf(frame.item.response.headers)).toBeNull();
  });

  test.each<[string, StoredItem]>([
    ['the names of a vary record', { kind: 'vary', names: ['accept', 'x-mode'] }],
    ['a vary record without names', { kind: 'vary', names: [] }],
    ['a value', { kind: 'value', value: VALUE }],
    ['a private value', { kind: 'value', value: { ...VALUE, isPrivate: true, names: [] } }],
    ['an empty body', responseOf({ lines: [], body: Buffer.alloc(0) })],
    ['an empty reason', responseOf({ reason: '' })],
    ['a field value in Latin-1', responseOf({ lines: ['x', 'caf\u00e9\t!'] })],
    ['tags in any script, even half a character', responseOf({ tags: ['t:\u5546\u54c1', 't:\ud800'] })],
    ['128 fields', responseOf({ lines: Array.from({ length: 256 }, () => 'x') })],
  ])('%s', (_, item) => {
    expect(reread(item)).toEqual(item);
  });

  test('any body, key, log and tags', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.uint8Array(), text, text, fc.array(text, { maxLength: 9 }), (body, key, logId, tags) => {
        const item = responseOf({ lines: [], body: Buffer.from(body), tags });
        expect(decodeFrame(key, encodeFrame(key, logId, item))).toEqual({ logId, item });
      }),
    );
  });

  test('neither the frame nor the body shares memory with what it was made from', () => {
    const body = Buffer.from('hello');
    const frame = encodeFrame('k', 'log', responseOf({ body }));
    body.fill(0);
    const read = decodeFrame('k', frame)?.item;
    frame.fill(0);
    expect(read).toEqual(responseOf());
  });

  test('a frame inside a larger buffer is read from its own place', () => {
    const frame = encodeFrame('k', 'log', responseOf());
    const pool = Buffer.concat([Buffer.alloc(3, 1), frame, Buffer.alloc(3, 2)]);
    expect(decodeFrame('k', new Uint8Array(pool.buffer, pool.byteOffset + 3, frame.length))?.item).toEqual(
      responseOf(),
    );
  });
});

describe('a miss', () => {
  test.each<[string, StoredItem]>([
    ['S02 a status that is none', responseOf({ status: 1000 })],
    ['S10 a field that is never stored', responseOf({ lines: ['SET-cookie', 'id=1'] })],
    ['V11 129 fields', responseOf({ lines: Array.from({ length: 258 }, (_, at) => String(at)) })],
    ['V04 1025 tags', responseOf({ tags: Array.from({ length: 1025 }, String) })],
    ['a value without an end', { kind: 'value', value: { ...VALUE, freshUntil: NaN } }],
    ['a value whose stale windows end before it does', { kind: 'value', value: { ...VALUE, staleUntil: 2 } }],
    ['a vary record with something else than names', { kind: 'vary', names: ['*', 'Accept '] }],
  ])('%s', (_, item) => {
    expect(reread(item)).toBeUndefined();
  });

  test('K15 a frame under another key', () => {
    expect(decodeFrame('other', encodeFrame('k', 'log', responseOf()))).toBeUndefined();
  });

  test('a frame of another version, though its checksum is right', () => {
    const content = encodeFrame('k', 'log', responseOf()).subarray(0, -16);
    expect(decodeFrame('k', sealed(content))).toBeDefined();
    content[7] = 3;
    expect(decodeFrame('k', sealed(content))).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['nothing', new Uint8Array()],
    ['a string', 'SLF'],
    ['null', null],
    ['an object', { length: 100, buffer: new ArrayBuffer(100) }],
    ['S14 deep JSON', Buffer.from('['.repeat(100_000))],
  ])('%s in place of bytes', (_, bytes) => {
    expect(decodeFrame('k', bytes as Uint8Array)).toBeUndefined();
  });

  test('S01 fields called as members of Object.prototype are fields and nothing else', () => {
    const read = reread(responseOf({ lines: ['__proto__', 'x', 'constructor', 'y'] }));
    expect(read?.kind === 'response' && read.response.headers['constructor']).toBe('y');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('S04 damage is never a wrong answer and never an exception', () => {
  const frame = encodeFrame('k', 'log', responseOf());
  const positions = fc.nat(frame.length - 1);
  const damaged = fc.oneof(
    positions.map((end) => frame.subarray(0, end)),
    fc.tuple(positions, fc.nat(7)).map(([at, bit]) => {
      const copy = Uint8Array.from(frame);
      copy[at]! ^= 1 << bit;
      return copy;
    }),
    fc.uint8Array({ maxLength: 2 * frame.length }),
    fc
      .tuple(positions, positions)
      .map(([to, from]) => Buffer.concat([frame.subarray(0, to), frame.subarray(from)])),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((tail) => Buffer.concat([frame, tail])),
  );

  test('in 10,000 frames that are cut, flipped, spliced, lengthened or noise', () => {
    fc.assert(
      fc.property(damaged, (bytes) => {
        const whole = Buffer.compare(bytes, frame) === 0;
        if ((decodeFrame('k', bytes) !== undefined) !== whole) throw new Error('a damaged frame was read');
      }),
      { numRuns: 10_000 },
    );
    expect(decodeFrame('k', frame)).toBeDefined();
  });

  test('in 10,000 frames that were forged with the right checksum: at worst a sound response', () => {
    const content = frame.subarray(0, -16);
    const byte = fc.tuple(fc.nat(content.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 4 }), fc.nat(9), (changes, cut) => {
        const forged = Uint8Array.from(content.subarray(0, content.length - (cut > 4 ? cut : 0)));
        for (const [at, value] of changes) forged[at] = value;
        const read = decodeFrame('k', sealed(forged));
        // Whatever was read can be written again and read as the same.
        if (read !== undefined && decodeFrame('k', encodeFrame('k', read.logId, read.item)) === undefined)
          throw new Error('an unsound frame was read');
      }),
      { numRuns: 10_000 },
    );
    expect(decodeFrame('k', sealed(content))).toBeDefined();
  });
});
