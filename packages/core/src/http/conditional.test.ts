import { describe, expect, test } from 'vitest';
import { growthBeyondLinear } from '../testing/linear.js';
import { isNotModified, notModifiedLines } from './conditional.js';
import { bodyETag } from './etag.js';
import { hasConditions } from './preconditions.js';

describe('bodyETag', () => {
  test('is quoted, weak, and the same for equal bytes only', () => {
    const body = Buffer.from('hello');
    expect(bodyETag(body)).toMatch(/^W\/"[^"]+"$/);
    expect(bodyETag(new Uint8Array(body))).toBe(bodyETag(body));
    expect(bodyETag(Buffer.from('hellO'))).not.toBe(bodyETag(body));
  });

  test('covers a view and not the memory around it', () => {
    expect(bodyETag(new TextEncoder().encode('xhello').subarray(1))).toBe(bodyETag(Buffer.from('hello')));
  });
});

test.each([
  [{}, false],
  [{ 'if-none-match': '' }, true],
  [{ 'if-modified-since': 'x' }, true],
  [{ 'if-match': '' }, true],
  [{ 'if-unmodified-since': '' }, true],
  [{ 'if-range': '"a"' }, false],
])('hasConditions of %j is %j', (headers, expected) => {
  expect(hasConditions(headers)).toBe(expected);
});

describe('If-None-Match (RFC 9110 section 13.1.2)', () => {
  test.each([
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true], // weak comparison, 8.8.3.2
    ['"a"', 'W/"a"', true],
    ['W/"a"', 'W/"a"', true],
    ['"b", "a"', '"a"', true],
    ['"b","a"', '"a"', true],
    ['"b",, W/"a" ,"c"', '"a"', true],
    ['*', '"a"', true],
    ['*', undefined, true],
    [' * ', undefined, true],
    ['"b"', '"a"', false],
    ['"A"', '"a"', false],
    ['w/"a"', '"b"', false],
    ['', '"a"', false],
    ['"a"', undefined, false],
    ['"a"', '', false],
    ['"a,b"', '"a,b"', true], // commas inside of tags
    ['"x", "a,b"', '"a,b"', true],
    ['"a,b"', '"b"', false],
    ['"a", "*"', '"b"', false],
    ['"\u00FC"', '"\u00FC"', true], // obs-text
    ['"x", "\u00FC"', 'W/"\u00FC"', true],
    ['abc', 'abc', true], // as they are, never quoted
    ['x, abc', 'abc', true],
    ['abc', '"abc"', false],
    ['"abc"', 'abc', false],
    ['"', '"', true],
    ['"x', '"y"', false],
  ])('%s against ETag %s: %s', (noneMatch, etag, expected) => {
    expect(isNotModified({ 'if-none-match': noneMatch }, 200, { etag })).toBe(expected);
  });

  test('several lines are one list', () => {
    expect(isNotModified({ 'if-none-match': ['"b"', '"a"'] }, 200, { etag: '"a"' })).toBe(true);
  });

  test('a long list is compared in linear time', () => {
    const listOf = (pieces: number): string => `${'W/'.repeat(pieces)}"${'a'.repeat(pieces)}`;
    const read = (pieces: number): unknown =>
      isNotModified({ 'if-none-match': listOf(pieces) }, 200, { etag: '"a"' });
    expect(growthBeyondLinear(read)).toBeLessThan(1);
  });
});

describe('If-Modified-Since (RFC 9110 section 13.1.3)', () => {
  const EARLY = 'Sun, 06 Nov 1994 08:49:36 GMT';
  const LATE = 'Sun, 06 Nov 1994 08:49:37 GMT';
  test.each([
    [LATE, LATE, true],
    [LATE, EARLY, true],
    [EARLY, LATE, false],
    ['Sunday, 06-Nov-94 08:49:37 GMT', LATE, true],
    [LATE, undefined, false],
    ['junk', EARLY, false],
    ['2030', EARLY, false],
    [LATE, 'junk', false],
  ])('%s against Last-Modified %s: %s', (since, modified, expected) => {
    expect(isNotModified({ 'if-modified-since': since }, 200, { 'last-modified': modified })).toBe(expected);
  });

  test.each([
    [LATE, EARLY, true],
    [EARLY, LATE, false],
  ])('%s against Date %s without Last-Modified: %s (RFC 9111 section 4.3.2)', (since, date, expected) => {
    expect(isNotModified({ 'if-modified-since': since }, 200, { date })).toBe(expected);
  });

  test('is ignored when there is an If-None-Match, whether that matches or not', () => {
    const request = { 'if-none-match': '"b"', 'if-modified-since': LATE };
    expect(isNotModified(request, 200, { etag: '"a"', 'last-modified': EARLY })).toBe(false);
    expect(isNotModified(request, 200, { 'last-modified': EARLY })).toBe(false);
    expect(isNotModified(request, 200, { etag: '"b"', 'last-modified': 'junk' })).toBe(true);
    expect(isNotModified({ ...request, 'if-none-match': '' }, 200, { 'last-modified': EARLY })).toBe(false);
  });
});

test.each([203, 301, 404, 500])('a %i is never replaced by a 304', (status) => {
  expect(isNotModified({ 'if-none-match': '"a"' }, status, { etag: '"a"' })).toBe(false);
});

test('an unconditional request is never answered with a 304', () => {
  expect(isNotModified({}, 200, { etag: '"a"' })).toBe(false);
});

test('a 304 keeps every field but those that describe a body (RFC 9110 section 15.4.5)', () => {
  const kept = 'ETag Cache-Control Content-Location Date Expires Vary Last-Modified X-Other'.split(' ');
  const dropped = 'Content-Length content-type Content-Encoding Content-Language Content-Range'.split(' ');
  const lines = (names: readonly string[]): string[] => names.flatMap((name) => [name, 'value']);
  expect(notModifiedLines(lines([...dropped, 'Transfer-Encoding', ...kept]))).toEqual(lines(kept));
});
