import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growthBeyondLinear } from '../testing/linear.js';
import { holdsIfRange, selectRanges, type Selection } from './range.js';

const at = (first: number, last: number): { first: number; last: number } => ({ first, last });

describe('Range (RFC 9110 section 14.1.2)', () => {
  test.each<[range: string, size: number, selection: Selection]>([
    ['bytes=0-499', 10_000, [at(0, 499)]],
    ['bytes=500-999', 10_000, [at(500, 999)]],
    ['bytes=-500', 10_000, [at(9500, 9999)]],
    ['bytes=9500-', 10_000, [at(9500, 9999)]],
    ['bytes=0-0,-1', 10_000, [at(0, 0), at(9999, 9999)]],
    ['bytes= 0-99 ,, 200-299 ,', 10_000, [at(0, 99), at(200, 299)]],
    ['bytes=200-299,0-99', 10_000, [at(200, 299), at(0, 99)]],
    ['Bytes=0-0', 1, [at(0, 0)]],
    ['bytes=-99', 10, [at(0, 9)]],
    ['bytes=0-99999999999999999999999', 10, [at(0, 9)]],
    ['bytes=9-', 10, [at(9, 9)]],
    ['bytes=0-0,10-', 10, [at(0, 0)]],
    // Side by side is not overlapping.
    ['bytes=0-4,5-9', 10, [at(0, 4), at(5, 9)]],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-10,-0', 10, 'unsatisfiable'],
    ['bytes=99999999999999999999999-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-0', 0, 'whole'],
    ['bytes=-1', 0, 'whole'],
    ['bytes=', 10, 'whole'],
    ['bytes=,', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['bytes=a-b', 10, 'whole'],
    ['bytes=1', 10, 'whole'],
    ['bytes=+1-2', 10, 'whole'],
    ['bytes=1-0x2', 10, 'whole'],
    ['bytes=2-1', 10, 'whole'],
    ['bytes=0-0,2-1', 10, 'whole'],
    ['bytes=0-0 1-1', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['xbytes=0-1', 10, 'whole'],
    ['bytes', 10, 'whole'],
    ['', 10, 'whole'],
    ['bytes=0-5,5-9', 10, 'whole'],
    ['bytes=5-9,0-5', 10, 'whole'],
    ['bytes=0-,-1', 10, 'whole'],
  ])('%s of %i bytes', (range, size, selection) => {
    expect(selectRanges(range, size)).toEqual(selection);
  });

  test('sixteen ranges are read, seventeen are not', () => {
    const list = (count: number): string =>
      `bytes=${Array.from({ length: count }, (_, n) => `${2 * n}-${2 * n}`).join(',')}`;
    expect(selectRanges(list(16), 100)).toHaveLength(16);
    expect(selectRanges(list(17), 100)).toBe('whole');
  });

  test('whatever a client sends, the parts lie within the body and apart from each other', () => {
    const spec = fc.oneof(
      fc.tuple(fc.nat(120), fc.nat(120)).map(([from, to]) => `${from}-${to}`),
      fc.nat(120).map((from) => `${from}-`),
      fc.nat(120).map((last) => `-${last}`),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 5 }), fc.nat(100), (specs, size) => {
        const selection = selectRanges(`bytes=${specs.join(',')}`, size);
        if (typeof selection === 'string') return;
        const covered = new Set<number>();
        for (const { first, last } of selection) {
          expect(first).toBeLessThanOrEqual(last);
          for (let byte = first; byte <= last; byte += 1) {
            expect(byte).toBeLessThan(size);
            expect(covered.has(byte)).toBe(false);
            covered.add(byte);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['spaces', 'bytes=0-', ' ', '1'],
    ['digits', 'bytes=', '9', '-'],
    ['commas', 'bytes=', ',', '0-0'],
    ['ranges', 'bytes=', '0-0,', ''],
    ['quotes', 'bytes=', '"', ''],
  ])('reads 100,000 %s in linear time', (_what, start, piece, end) => {
    const read = (pieces: number): unknown => selectRanges(`${start}${piece.repeat(pieces)}${end}`, 100);
    expect(growthBeyondLinear(read)).toBeLessThan(1);
  });
});

describe('If-Range (RFC 9110 section 13.1.5)', () => {
  const CHANGED = 'Tue, 06 Jan 2026 10:00:00 GMT';
  const made = (seconds: number): string => new Date(Date.parse(CHANGED) + seconds * 1000).toUTCString();
  test.each<[ifRange: string | undefined, response: Record<string, string>, holds: boolean]>([
    [undefined, {}, true],
    ['"a"', { etag: '"a"' }, true],
    ['"a"', { etag: '"b"' }, false],
    ['"a"', { etag: 'W/"a"' }, false],
    ['W/"a"', { etag: 'W/"a"' }, false],
    ['W/"a"', { etag: '"a"' }, false],
    ['"a"', {}, false],
    ['a', { etag: 'a' }, false],
    ['"a", "b"', { etag: '"a"' }, false],
    [CHANGED, { 'last-modified': CHANGED, date: made(1) }, true],
    ['Tuesday, 06-Jan-26 10:00:00 GMT', { 'last-modified': CHANGED, date: made(1) }, true],
    [CHANGED, { 'last-modified': CHANGED, date: made(0) }, false],
    [CHANGED, { 'last-modified': CHANGED }, false],
    [CHANGED, { date: made(60) }, false],
    [made(1), { 'last-modified': CHANGED, date: made(60) }, false],
    [made(-1), { 'last-modified': CHANGED, date: made(60) }, false],
    ['', { etag: '', 'last-modified': '' }, false],
  ])('%s with %j: %j', (ifRange, response, holds) => {
    expect(holdsIfRange(ifRange === undefined ? {} : { 'if-range': ifRange }, response)).toBe(holds);
  });
});
