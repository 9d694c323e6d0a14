import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBodyCopy } from './body.js';

const bytesOf = (...parts: readonly string[]): Uint8Array[] => parts.map((part) => Buffer.from(part));

test('nothing is an empty body', () => {
  expect(createBodyCopy(10).take()).toEqual(new Uint8Array(0));
});

test.each([
  ['below the limit', 9, true],
  ['at the limit', 10, true],
  ['above the limit', 11, false],
])('%s', (_title, size, fits) => {
  const copy = createBodyCopy(10);
  expect(copy.add(Buffer.alloc(size))).toBe(fits);
  expect(copy.size).toBe(size);
  expect(copy.take()?.byteLength).toBe(fits ? size : undefined);
});

test('over the limit nothing comes back, whatever follows', () => {
  const copy = createBodyCopy(5);
  const results = bytesOf('abc', 'def', 'g', '').map((chunk) => copy.add(chunk));
  expect(results).toEqual([true, false, false, false]);
  expect(copy.take()).toBeUndefined();
});

test('what happens to a chunk afterwards does not change the copy, nor does the copy change', () => {
  const copy = createBodyCopy(100);
  const chunk = Buffer.from('before');
  copy.add(chunk);
  chunk.fill('x');
  const first = copy.take()!;
  expect(Buffer.from(first).toString()).toBe('before');
  first.fill(0);
  expect(Buffer.from(copy.take()!).toString()).toBe('before');
});

test('the copy has memory of its own, as much as it needs', () => {
  const copy = createBodyCopy(1e6);
  for (let at = 0; at < 1000; at++) copy.add(Buffer.from('ab'));
  expect(copy.take()!.buffer.byteLength).toBe(2000);
});

test('property: it is the chunks in a row', () => {
  const chunk = fc.uint8Array({ maxLength: 40_000, size: 'max' });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
      const copy = createBodyCopy(1e6);
      for (const each of chunks) copy.add(each);
      expect(Buffer.compare(copy.take()!, Buffer.concat(chunks))).toBe(0);
    }),
    { numRuns: 50 },
  );
});
