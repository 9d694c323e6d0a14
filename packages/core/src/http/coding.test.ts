import { describe, expect, test } from 'vitest';
import { growthBeyondLinear } from '../testing/linear.js';
import { acceptedCodings, codedLines, type Coding, isCodable, variesByCoding } from './coding.js';

const OFFERED: readonly Coding[] = ['br', 'zstd', 'gzip', 'identity'];

describe('Accept-Encoding (RFC 9110 section 12.5.3)', () => {
  test.each<[accept: string | undefined, accepted: string]>([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip identity'],
    ['gzip, deflate, br, zstd', 'br zstd gzip identity'],
    ['br;q=0.9, gzip', 'gzip br identity'],
    ['gzip;q=0.001', 'gzip identity'],
    ['identity, gzip', 'gzip identity'],
    ['identity, gzip;q=0.5', 'identity gzip'],
    ['identity;q=0', ''],
    ['identity;q=0.0, br', 'br'],
    ['*;q=0', ''],
    ['*;q=0, gzip', 'gzip'],
    ['*;q=0, identity', 'identity'],
    ['*', 'br zstd gzip identity'],
    ['*;q=0.5, gzip;q=0', 'br zstd identity'],
    ['br;q=0, *', 'zstd gzip identity'],
    ['GZip ; Q=0.5', 'gzip identity'],
    ['x-gzip', 'gzip identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.000', 'identity'],
    // What is no weight gives no right to code.
    ['gzip;q=', 'identity'],
    ['gzip;q=2', 'identity'],
    ['gzip;q=-1', 'identity'],
    ['gzip;q=0.5555', 'identity'],
    ['gzip;level=9', 'identity'],
    ['"gzip"', 'identity'],
    ['gzipped, notbr', 'identity'],
    [', gzip,', 'gzip identity'],
    ['gzip, gzip;q=0', 'gzip identity'],
    ['__proto__, constructor', 'identity'],
  ])('%s: %s', (accept, accepted) => {
    expect(acceptedCodings(accept, OFFERED).join(' ')).toBe(accepted);
  });

  test.each([' ', ',', ';', 'gzip;q=1,', '"'])('reads 100,000 of %j in linear time', (piece) => {
    const read = (pieces: number): unknown => acceptedCodings(`x${piece.repeat(pieces)}x`, OFFERED);
    expect(growthBeyondLinear(read)).toBeLessThan(1);
  });
});

test.each<[Record<string, string>, boolean]>([
  [{ 'content-type': 'text/html; charset=utf-8' }, true],
  [{ 'content-type': 'application/json' }, true],
  [{ 'content-type': 'application/problem+json' }, true],
  [{ 'content-type': 'image/svg+xml' }, true],
  [{ 'content-type': 'image/png' }, false],
  [{ 'content-type': 'video/mp4' }, false],
  [{}, false],
  [{ 'content-type': 'text/html', 'content-encoding': 'gzip' }, false],
  [{ 'content-type': 'text/html', 'content-encoding': 'identity' }, false],
  [{ 'content-type': 'text/html', 'cache-control': 'public, No-Transform' }, false],
  [{ 'content-type': 'text/html', 'content-range': 'bytes 0-0/1' }, false],
])('%j may be coded: %j', (headers, expected) => {
  expect(isCodable(headers)).toBe(expected);
});

test('Vary names Accept-Encoding in any letter case', () => {
  expect(variesByCoding({ vary: 'Origin, accept-encoding' })).toBe(true);
  expect(variesByCoding({ vary: 'Origin' })).toBe(false);
  expect(variesByCoding({})).toBe(false);
});

test('the fields of a coding: its own tag and length, and nothing about the bytes without it', () => {
  const lines = ['Content-Length', '9', 'ETag', '"a"', 'X-A', 'etag', 'Repr-Digest', 'd', 'Content-MD5', 'm'];
  expect(codedLines(lines, 'gzip', 5).join(' ')).toBe(
    'ETag "a-gzip" X-A etag Content-Encoding gzip Content-Length 5',
  );
});
