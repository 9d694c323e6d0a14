import { expect, it } from 'vitest';
import { changeOf } from './message.js';

it.each([
  ['{"table":"products","rows":["1","2"]}', { table: 'products', rows: ['1', '2'] }],
  ['{"table":"products","rows":null}', { table: 'products', rows: undefined }],
  ['{"table":"products"}', { table: 'products', rows: undefined }],
  ['{"table":"products","rows":[null]}', { table: 'products', rows: undefined }],
  ['{"table":""}', undefined],
  ['{"table":7}', undefined],
  ['null', undefined],
  ['', undefined],
  ['{"table"', undefined],
])('%s', (payload, change) => {
  expect(changeOf(payload)).toEqual(change);
});
