import { expect, test } from 'vitest';
import { narrowQuery, withQueryOf } from './query.js';

test.each<[title: string, query: object, whole: string, left: string, expected: object]>([
  ['a name that is hidden', { a: '1', b: '2' }, '/?a=1&b=2', '/?b=2', { b: '2' }],
  ['a value that was validated, and a default', { a: 1, size: 20 }, '/?a=1&b=2', '/?a=1', { a: 1, size: 20 }],
  ['an encoded name', { 'a b': '1' }, '/?a%20b=1', '/', {}],
  [
    'names that were nested',
    { f: { x: '1' }, g: { y: '2' } },
    '/?f[x]=1&g.y=2',
    '/?g.y=2',
    { g: { y: '2' } },
  ],
  ['a name with brackets that was not', { a: '1', 'a[b]': '2' }, '/?a=1&a[b]=2', '/?a[b]=2', { 'a[b]': '2' }],
  ['nothing is left', { a: '1' }, '/?a=1', '/', {}],
])('%s', (_title, query, whole, left, expected) => {
  expect(narrowQuery(query, whole, left)).toEqual(expected);
});

test.each([
  ['/in?a=1', '/out/in?b=2', '/in?b=2'],
  ['/in?a=1', '/out/in', '/in'],
  ['/in', '/out?a=1?b', '/in?a=1?b'],
])('%s with the query of %s is %s', (url, other, expected) => {
  expect(withQueryOf(url, other)).toBe(expected);
});
