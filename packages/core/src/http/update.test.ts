import { describe, expect, test } from 'vitest';
import { headersOf } from './fields.js';
import type { FieldLines, ResponseHead } from './message.js';
import { conditionsFor, hasValidator, updatedHead } from './update.js';

const CHANGED = 'Tue, 06 Jan 2026 10:00:00 GMT';

const head = (status: number, ...lines: FieldLines): ResponseHead & { readonly lines: FieldLines } => ({
  status,
  lines,
  headers: headersOf(lines),
});

describe('the conditions that validate a stored response (RFC 9111 section 4.3.1)', () => {
  test.each<[FieldLines, Record<string, string> | undefined]>([
    [['ETag', '"a"'], { 'if-none-match': '"a"' }],
    [['ETag', 'W/"a"'], { 'if-none-match': 'W/"a"' }],
    [['Last-Modified', CHANGED], { 'if-modified-since': CHANGED }],
    [['ETag', '"a"', 'Last-Modified', CHANGED], { 'if-none-match': '"a"', 'if-modified-since': CHANGED }],
    // What is no entity tag would not be understood.
    [['ETag', 'a'], undefined],
    [['ETag', '"a", "b"'], undefined],
    [['ETag', ''], undefined],
    [['Last-Modified', 'yesterday'], undefined],
    [['Last-Modified', '2026-01-06'], undefined],
    [[], undefined],
  ])('%j: %j', (lines, conditions) => {
    expect(conditionsFor({ ...head(200, ...lines), made: [] })).toEqual(conditions);
    expect(hasValidator(head(200, ...lines))).toBe(conditions !== undefined);
  });

  test('31. a stored response other than a 200 is fetched anew', () => {
    expect(conditionsFor({ ...head(404, 'ETag', '"a"'), made: [] })).toBeUndefined();
    expect(hasValidator(head(404, 'ETag', '"a"'))).toBe(false);
  });

  test('an ETag that the cache made says nothing to the handler', () => {
    const stored = head(200, 'ETag', 'W/"made"', 'Last-Modified', CHANGED);
    expect(conditionsFor({ ...stored, made: ['etag'] })).toEqual({ 'if-modified-since': CHANGED });
  });
});

describe('a 304 that confirms a stored response (RFC 9111 section 4.3.4)', () => {
  const STORED = head(200, 'ETag', '"a"', 'X-Old', '1', 'x-both', '1', 'Content-Length', '4', 'Age', '7');

  test('what outer middleware has set does not replace what the handler made of it; what it says of storing does', () => {
    const lines = ['X-Old', '0', 'X-Id', '9', 'Cache-Control', 'no-store'];
    const answer = { ...head(304, ...lines), preset: ['x-old', 'x-id', 'cache-control'] };
    const updated = updatedHead({ ...STORED, ...head(200, 'X-Old', '1', 'Cache-Control', 'public') }, answer);
    expect(updated?.headers).toEqual({ 'x-old': '1', 'x-id': '9', 'cache-control': 'no-store' });
    expect(updated?.preset).toEqual(['x-id', 'cache-control']);
  });

  test('32. what it names is replaced, in all of its lines; what it does not name stays', () => {
    const updated = updatedHead(STORED, head(304, 'X-New', '2', 'X-Both', '2', 'X-Both', '3'));
    expect(updated?.status).toBe(200);
    expect(updated?.lines).toEqual([
      'ETag',
      '"a"',
      'X-Old',
      '1',
      'Content-Length',
      '4',
      'X-New',
      '2',
      'X-Both',
      '2',
      'X-Both',
      '3',
    ]);
    expect(updated?.headers).toMatchObject({ 'x-both': '2, 3', 'x-old': '1' });
  });

  test.each(['Content-Length', 'Content-Encoding', 'Content-Type', 'Content-Language', 'Content-Range'])(
    '%s describes the stored body and stays',
    (name) => {
      const stored = head(200, name, 'stored');
      expect(updatedHead(stored, head(304, name, 'new'))?.lines).toEqual([name, 'stored']);
      expect(updatedHead(head(200), head(304, name, 'new'))?.lines).toEqual([]);
    },
  );

  test('Age and Date are those of the 304 or none: the response is new again', () => {
    const stored = head(200, 'Date', CHANGED, 'Age', '900');
    expect(updatedHead(stored, head(304))?.lines).toEqual([]);
    expect(updatedHead(stored, head(304, 'Age', '5'))?.lines).toEqual(['Age', '5']);
  });

  test('fields of the connection are not taken over, those that Connection names neither', () => {
    const answer = head(304, 'Connection', 'close, x-hop', 'X-Hop', '1', 'Keep-Alive', 'timeout=5', 'X', '1');
    expect(updatedHead(head(200), answer)?.lines).toEqual(['X', '1']);
  });

  test.each<[stored: string | undefined, answer: string | undefined, updates: boolean]>([
    ['"a"', '"a"', true],
    ['"a"', undefined, true],
    [undefined, '"b"', true],
    ['"a"', 'W/"a"', true],
    ['W/"a"', '"a"', true],
    ['"a"', '"b"', false],
    ['W/"a"', 'W/"b"', false],
    ['a', '"b"', true],
  ])('34. stored ETag %s, ETag of the 304 %s: updates %s', (stored, answer, updates) => {
    const tag = (value: string | undefined): FieldLines => (value === undefined ? [] : ['ETag', value]);
    const updated = updatedHead(head(200, ...tag(stored)), head(304, ...tag(answer)));
    expect(updated !== undefined).toBe(updates);
  });

  test('the reason phrase is that of the stored response', () => {
    const answer = { ...head(304), reason: 'Not Modified' };
    expect(updatedHead({ ...head(200), reason: 'Fine' }, answer)?.reason).toBe('Fine');
    expect(updatedHead(head(200), answer)).not.toHaveProperty('reason');
  });
});
