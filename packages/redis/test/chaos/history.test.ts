import { expect, test } from 'vitest';
import { type Answered, createHistory } from './history.js';

const INVALIDATION = { id: 'a', called: 100, acked: 110 };
const ANSWER: Answered = { id: 'a', asked: 200, began: 50, by: 1, cacheStatus: 'hit' };

function violations(answer: Partial<Answered>, maxStaleness: number, invalidation: object = {}): number {
  const history = createHistory();
  history.invalidated({ ...INVALIDATION, ...invalidation });
  history.answered({ ...ANSWER, ...answer });
  return history.violations(maxStaleness).length;
}

test.each<[string, Partial<Answered>, number, object, number]>([
  ['an old answer is one', {}, 0, {}, 1],
  ['an answer for another key is none', { id: 'b' }, 0, {}, 0],
  ['a newer answer is none', { began: 111 }, 0, {}, 0],
  ['an answer that began during the invalidation is none', { began: 105 }, 0, {}, 0],
  ['a request before the acknowledgement is none', { asked: 109 }, 0, {}, 0],
  ['an old answer in the time that is allowed is none', {}, 91, {}, 0],
  ['an old answer after that time is one', {}, 90, {}, 1],
  ['an invalidation that nobody confirmed promises nothing', {}, 0, { acked: undefined }, 0],
])('%s', (_, answer, maxStaleness, invalidation, count) => {
  expect(violations(answer, maxStaleness, invalidation)).toBe(count);
});
