import { expect, test } from 'vitest';
import { MAX_TAG_BYTES, tagProblem } from './tag.js';

test.each(['a', 'product:1', 'a, b', '*', '__proto__', 'x'.repeat(MAX_TAG_BYTES), 'é'])(
  '%s can be a tag',
  (tag) => {
    expect(tagProblem(tag)).toBeUndefined();
  },
);

test.each([
  ['', `expected a tag such as 'product:1', got an empty string.`],
  [1, `expected a tag such as 'product:1', got 1 (number).`],
  [undefined, `expected a tag such as 'product:1', got undefined.`],
  ['a\0', 'holds a control character.'],
  ['a\r\nb', 'holds a control character.'],
  ['a\u007f', 'holds a control character.'],
  ['é'.repeat(129), 'is longer than 256 bytes. Use an id or a hash in its place.'],
])('%j cannot be a tag', (tag, problem) => {
  expect(tagProblem(tag)).toContain(problem);
});
