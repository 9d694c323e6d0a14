import { expect, test } from 'vitest';
import { codedTag, isWeak, listsTag } from './etag.js';

test.each([
  ['"v1"', '"v1-br"'],
  ['W/"v1"', 'W/"v1-br"'],
  ['""', '"-br"'],
  ['v1', 'v1-br'],
])('the tag of %s in br is %s', (tag, coded) => {
  expect(codedTag(tag, 'br')).toBe(coded);
  expect(isWeak(codedTag(tag, 'br'))).toBe(isWeak(tag));
});

test.each([
  ['"a"', '"a"', true, true],
  ['W/"a"', '"a"', false, true],
  ['"a"', 'W/"a"', false, true],
  ['W/"a"', 'W/"a"', false, true],
  ['"a"', '"b"', false, false],
  ['"x", "a"', '"a"', true, true],
  ['"x,"a",y"', '"a"', false, false],
  ['*', undefined, true, true],
  ['"*"', '"a"', false, false],
  ['', '"a"', false, false],
])('%s names %s: strong %j, weak %j (RFC 9110 section 8.8.3.2)', (list, tag, strong, weak) => {
  expect(listsTag(list, tag, 'strong')).toBe(strong);
  expect(listsTag(list, tag, 'weak')).toBe(weak);
});
