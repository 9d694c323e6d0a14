import { expect, test } from 'vitest';
import { replaceAll } from './replace.js';

test('properties are replaced for a while, and are then what they were', () => {
  class Request {
    own = 1;
    get inherited(): number {
      return 2;
    }
  }
  const request = new Request();
  const computed = Object.defineProperty({}, 'query', { get: () => 3, configurable: true }) as {
    query: number;
  };
  const frozen = Object.freeze({ a: 4 });
  const undo = replaceAll([
    [request, { own: 'x', inherited: 'x', added: 'x' }],
    [computed, { query: 'x' }],
    [frozen, { a: 'x' }],
  ]);
  expect([Object.entries(request), computed.query, frozen.a]).toEqual([
    Object.entries({ own: 'x', inherited: 'x', added: 'x' }),
    'x',
    4,
  ]);
  request.own = 5;
  undo();
  expect([Object.entries(request), request.inherited, computed.query, frozen.a]).toEqual([
    [['own', 1]],
    2,
    3,
    4,
  ]);
});
