import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitTarget } from './target.js';

test.each([
  // target                      origin                 path                query
  ['/', '', '/', ''],
  ['/p?a=1', '', '/p', 'a=1'],
  ['/p?', '', '/p', ''],
  ['/p?a=1?b=2', '', '/p', 'a=1?b=2'],
  ['/a%20b?x=%3F', '', '/a%20b', 'x=%3F'],
  ['/a%3Fb=1', '', '/a%3Fb=1', ''],
  ['/p#x?a=1', '', '/p#x', 'a=1'],
  ['/p?a=1#x', '', '/p', 'a=1#x'],
  ['/account;x.css?y', '', '/account;x.css', 'y'],
  ['*', '', '*', ''],
  ['', '', '', ''],
  ['?a', '', '', 'a'],
  // RFC 9112 section 3.2.2
  ['http://h/p?a=1', 'http://h', '/p', 'a=1'],
  ['HTTPS://User@H:8080/p', 'HTTPS://User@H:8080', '/p', ''],
  ['http://h', 'http://h', '/', ''],
  ['http://h?a=1', 'http://h', '/', 'a=1'],
  ['http:///p', 'http://', '/p', ''],
  ['http:/p', '', 'http:/p', ''],
  ['/http://h/p', '', '/http://h/p', ''],
])('%s', (url, origin, path, query) => {
  expect(splitTarget(url)).toEqual({ origin, path, query });
});

test('D02 D04 D06 spellings of one path stay apart', () => {
  const spellings = [
    '/account',
    '//account',
    '/./account',
    '/account/',
    '/account//',
    '/account;x.css',
    '/x/../account',
  ];
  expect(new Set(spellings.map((url) => splitTarget(url).path)).size).toBe(spellings.length);
  expect(splitTarget('/static/..%2faccount').path).toBe('/static/..%2faccount');
});

test('no byte gets lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('/', '?', '#', ':', 'a', '%', ' ', ';') }), (text) => {
      const { origin, path, query } = splitTarget(`/${text}`);
      expect([origin, `/${text}`]).toContain('');
      expect(text.includes('?') ? `${path}?${query}` : path).toBe(`/${text}`);
    }),
  );
});
