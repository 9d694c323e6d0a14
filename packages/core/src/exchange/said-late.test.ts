import { expect, test } from 'vitest';
import { headOf } from '../testing/made.js';
import { saidLate } from './said-late.js';

const TOLD = { lines: ['Cache-Control', 'max-age=5', 'ETag', '"v"'] };
const SAID = headOf(200, { etag: '"v"' });

test.each<[title: string, sent: object, expected: object | undefined]>([
  ['nothing more', { 'cache-control': 'max-age=5', age: '0' }, undefined],
  ['a field was taken away', {}, undefined],
  ['something else', { 'cache-control': 'max-age=5', vary: '*', etag: 'W/"v"' }, undefined],
  ['Cache-Control', { 'cache-control': 'private' }, { etag: '"v"', 'cache-control': 'private' }],
  [
    'a field for one kind of cache',
    { 'cdn-cache-control': 'no-store' },
    { etag: '"v"', 'cdn-cache-control': 'no-store' },
  ],
])('%s', (_title, sent, expected) => {
  expect(saidLate(headOf(200, sent as Record<string, string>), TOLD, SAID)?.headers).toEqual(expected);
});
