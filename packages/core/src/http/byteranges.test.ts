import { expect, test } from 'vitest';
import { contentRange, multipartBody } from './byteranges.js';

const BODY = Buffer.from('0123456789'.repeat(50));

test('Content-Range names the part, or only the size', () => {
  expect(contentRange({ first: 2, last: 4 }, 10)).toBe('bytes 2-4/10');
  expect(contentRange(undefined, 10)).toBe('bytes */10');
});

test('parts come in the order they were asked for, each with its fields (RFC 9110 section 14.6)', () => {
  const ranges = [
    { first: 12, last: 13 },
    { first: 0, last: 0 },
  ];
  expect(Buffer.from(multipartBody(BODY, ranges, 'text/plain; charset=utf-8', 'xyz')!).toString()).toBe(
    '\r\n--xyz\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 12-13/500\r\n\r\n23' +
      '\r\n--xyz\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-0/500\r\n\r\n0' +
      '\r\n--xyz--\r\n',
  );
});

test('a whole without a type has parts without one', () => {
  const text = Buffer.from(multipartBody(BODY, [{ first: 0, last: 1 }], undefined, 'xyz')!).toString();
  expect(text).toBe('\r\n--xyz\r\nContent-Range: bytes 0-1/500\r\n\r\n01\r\n--xyz--\r\n');
});

test('it is never as large as the whole', () => {
  const halves = [
    { first: 0, last: 249 },
    { first: 250, last: 499 },
  ];
  expect(multipartBody(BODY, halves, undefined, 'xyz')).toBeUndefined();
});
