import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReader, createWriter } from './bytes.js';

function written(write: (writer: ReturnType<typeof createWriter>) => void): Buffer {
  const writer = createWriter();
  write(writer);
  return writer.finish();
}

test.each([
  '',
  'plain',
  'caf\u00e9 \u0000\u00ff',
  '\u2028',
  '\ud83d\ude00',
  '\ud800',
  '\udfff\ud800',
  '__proto__',
])('the text %j comes back as it was', (text) => {
  const reader = createReader(written((writer) => writer.text(text)));
  expect(reader.text()).toBe(text);
  expect(reader.done()).toBe(true);
});

test('numbers, lists and bytes come back as they were', () => {
  const frame = written((writer) => {
    writer.count(0xffffffff);
    writer.float(-1.5);
    writer.texts(['a', '']);
    writer.bytes(new Uint8Array([0, 255]));
  });
  const reader = createReader(frame);
  expect([reader.count(), reader.float(), reader.texts(2)]).toEqual([0xffffffff, -1.5, ['a', '']]);
  expect([...reader.bytes()]).toEqual([0, 255]);
  expect(reader.done()).toBe(true);
});

test('bytes that were read are a copy', () => {
  const frame = written((writer) => writer.bytes(new Uint8Array([1])));
  const bytes = createReader(frame).bytes();
  frame.fill(9);
  expect([...bytes]).toEqual([1]);
});

describe('damage is noticed, and reading goes on with zeros', () => {
  test.each<[string, Buffer, (reader: ReturnType<typeof createReader>) => unknown]>([
    ['a missing number', Buffer.alloc(3), (reader) => reader.count()],
    ['S13 a length of 4 GiB', Buffer.from('ffffffff00', 'hex'), (reader) => reader.bytes().length],
    ['S13 a list of 4 G texts', Buffer.from('ffffffff00', 'hex'), (reader) => reader.texts(10).length],
    [
      'an unknown encoding',
      written((writer) => [2, 0].forEach((n) => writer.count(n))),
      (reader) => reader.text().length,
    ],
    ['half a UTF-16 unit', Buffer.from('010000000100000041', 'hex'), (reader) => reader.text().length],
    [
      'a list that is cut short',
      written((writer) => writer.count(2)),
      (reader) => reader.texts(2).join('').length,
    ],
  ])('%s', (_, frame, read) => {
    const reader = createReader(frame);
    expect(read(reader)).toBe(0);
    expect([reader.done(), reader.count(), reader.text(), reader.texts(9).length]).toEqual([false, 0, '', 0]);
  });

  test('bytes that are left over', () => {
    expect(createReader(Buffer.alloc(1)).done()).toBe(false);
  });
});

test('S13 random bytes are read without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
      const reader = createReader(Buffer.from(noise));
      const read = [reader.text(), reader.texts(5).join(''), reader.bytes().toString('latin1')].join('');
      expect(read.length).toBeLessThanOrEqual(noise.length);
    }),
  );
});
