import { expect, test } from 'vitest';
import { createSketch } from './sketch.js';

test('counts a key up to 15', () => {
  const sketch = createSketch();
  const counts = Array.from({ length: 17 }, () => sketch.count('key'));
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15]);
});

test('takes few keys for others when it has counted as many as it has place for', () => {
  const sketch = createSketch();
  let wrong = 0;
  for (let at = 0; at < 1024; at++) if (sketch.count(`key ${at}`) !== 1) wrong++;
  expect(wrong).toBeLessThan(20);
});

test('keeps what it counted when it grows', () => {
  const sketch = createSketch();
  const keys = Array.from({ length: 10 }, (_, at) => `key ${at}`);
  for (const key of [...keys, ...keys]) sketch.count(key);
  sketch.growTo(10_000);
  expect(keys.filter((key) => sketch.count(key) < 3)).toEqual([]);
});

test('forgets a key when many others came by', () => {
  const sketch = createSketch();
  for (let time = 0; time < 15; time++) sketch.count('key');
  for (let at = 0; at < 4 * 8 * 1024; at++) sketch.count(`key ${at}`);
  expect(sketch.count('key')).toBeLessThan(6);
});
