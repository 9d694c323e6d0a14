import { expect, test } from 'vitest';
import { createDependencies } from './dependencies.js';

test('names reach what depends on them, however far, and what they depend on', () => {
  const graph = createDependencies();
  graph.add('a', ['b', 'c']);
  graph.add('b', ['d']);
  graph.add('d', ['a']);
  expect(graph.below(['d']).toSorted()).toEqual(['a', 'b', 'd']);
  expect(graph.below(['c', 'x']).toSorted()).toEqual(['a', 'b', 'c', 'd', 'x']);
  expect(graph.above(['b']).toSorted()).toEqual(['a', 'b', 'c', 'd']);
});

test('more dependencies than there is room for are refused, known ones are not', () => {
  const graph = createDependencies(2);
  graph.add('a', ['b', 'c']);
  graph.add('a', ['b']);
  expect(() => graph.add('a', ['d'])).toThrow('there are 2 dependencies already');
});

test('a chain of 10,000 is followed to its end', () => {
  const graph = createDependencies();
  for (let at = 0; at < 10_000; at++) graph.add(String(at), [String(at + 1)]);
  expect(graph.below(['10000'])).toHaveLength(10_001);
});
