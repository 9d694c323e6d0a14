import { expect, test } from 'vitest';
import { createControl } from './control.js';
import { noUses } from './scope.js';

test('a handler is told why it runs, and says nothing by itself', () => {
  const { control, state } = createControl('vary-miss');
  expect(control.status).toBe('vary-miss');
  expect(state).toEqual({ tags: new Set(), ttl: undefined, skipped: false, uses: noUses() });
});

test('what it says adds up, and the last lifetime counts', () => {
  const { control, state } = createControl('miss');
  control.tag('a', 'b');
  control.tag('b', 'c');
  control.tag();
  control.ttl('5m');
  control.ttl('30s');
  control.skip();
  expect(state).toEqual({ tags: new Set(['a', 'b', 'c']), ttl: 30_000, skipped: true, uses: noUses() });
  control.ttl(0);
  expect(state.ttl).toBe(0);
});

test.each([
  ['', `cache.tag(): expected a tag such as 'product:1', got an empty string.`],
  [7, `cache.tag(): expected a tag such as 'product:1', got 7 (number).`],
  ['a\0b', `cache.tag(): the tag 'a\0b' holds a control character.`],
])('the tag %j is refused', (tag, message) => {
  const { control, state } = createControl('miss');
  expect(() => control.tag(tag as string)).toThrow(expect.objectContaining({ code: 'ERR_TARGET', message }));
  expect(state.tags.size).toBe(0);
});

test.each([
  [300, `cache.ttl(): expected a duration such as '5m', got 300 (number). Write '300s' or '300ms'.`],
  ['5 minutes', `cache.ttl(): expected a duration such as '5m', got '5 minutes'. Write '5m'.`],
])('the lifetime %j is refused with the fix', (ttl, message) => {
  const { control, state } = createControl('miss');
  expect(() => control.ttl(ttl as string)).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message }));
  expect(state.ttl).toBeUndefined();
});
