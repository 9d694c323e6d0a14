import { expect, test } from 'vitest';
import { headersOf } from '../http/fields.js';
import type { FieldLines, StoredResponse } from '../http/message.js';
import { areFieldNames, isReplayable } from './replayable.js';

function responseOf(changed: Partial<StoredResponse>, lines: FieldLines = []): StoredResponse {
  return {
    status: 200,
    lines,
    headers: headersOf(lines),
    forAll: false,
    made: [],
    body: Buffer.from('hello'),
    tags: [],
    position: 7,
    requestedAt: 1000,
    generatedAt: 900,
    freshUntil: 2000,
    staleUntil: 2000,
    errorUntil: 2000,
    ...changed,
  };
}

test.each([
  [[]],
  [['Content-Length', '5', 'ETag', '"a"']],
  [['X-Empty', '', 'x-latin-1', 'caf\u00e9\t!']],
  [['Link', '</a>', 'link', '</b>']],
  [['__proto__', 'x', 'constructor', 'y']], // S01
])('the fields %j may be replayed', (lines) => {
  expect(isReplayable(responseOf({}, lines))).toBe(true);
});

test.each([
  [['a b', 'x']], // S06
  [[':path', 'x']],
  [['', 'x']],
  [['a\r\n', 'x']],
  [['caf\u00e9', 'x']],
  [['a', 'b\r\nc: d']],
  [['a', 'b\n']],
  [['a', '\0']],
  [['a', '\u007f']],
  [['a', '\u2028']],
  [['a']],
  [['Content-Length', '4']], // S07
  [['Content-Length', '6']],
  [['Content-Length', '05']],
  [['Content-Length', '5, 5']],
  [['Content-Length', '5', 'content-length', '5']],
  [['Transfer-Encoding', 'chunked']],
  [['Connection', 'close']],
  [['Upgrade', 'h2c']],
  [['Trailer', 'x']],
  [['Keep-Alive', 'timeout=5']],
  [['TE', 'trailers']],
  [['Proxy-Authenticate', 'Basic']],
  [['SET-cookie', 'id=1']], // S10
  [['Age', '5']],
])('the fields %j may not', (lines) => {
  expect(isReplayable(responseOf({}, lines))).toBe(false);
});

test.each([
  [0, false], // S02
  [99, false],
  [100, false],
  [101, false],
  [199, false],
  [200, true],
  [204, true],
  [206, false],
  [301, true],
  [304, false],
  [404, true],
  [599, true],
  [600, false],
  [1000, false],
  [NaN, false],
])('status %d: %s', (status, expected) => {
  expect(isReplayable(responseOf({ status }))).toBe(expected);
});

test.each<[string, Partial<StoredResponse>]>([
  ['a line break in the reason', { reason: 'OK\r\nX: y' }],
  ['a position that is no number', { position: NaN }],
  ['a time that is no number', { generatedAt: NaN }],
  ['a time without end', { staleUntil: Infinity }],
  ['stale before it is no longer fresh', { staleUntil: 1999 }],
  ['good for errors only while it is fresh', { errorUntil: 1999 }],
])('not with %s', (_, changed) => {
  expect(isReplayable(responseOf(changed))).toBe(false);
});

test.each([
  [[], true],
  [['accept', 'x-a'], true],
  [['Accept'], false],
  [['*'], true],
  [['a b'], false],
  [[''], false],
])('field names %j: %s', (names, expected) => {
  expect(areFieldNames(names)).toBe(expected);
});
