import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { rejectUnknown } from './options.js';

const KNOWN = ['ttl', 'tags', 'swr', 'staleIfError', 'maxBodySize', 'query', 'vary'];

describe('unknown options', () => {
  test.each([
    ['tll', `rule.tll: unknown option. Did you mean 'ttl'?`],
    ['TTL', `rule.TTL: unknown option. Did you mean 'ttl'?`],
    ['tag', `rule.tag: unknown option. Did you mean 'tags'?`],
    ['staleOnError', `rule.staleOnError: unknown option. Did you mean 'staleIfError'?`],
    ['maxbodysize', `rule.maxbodysize: unknown option. Did you mean 'maxBodySize'?`],
    ['qurey', `rule.qurey: unknown option. Did you mean 'query'?`],
    ['jitter', `rule.jitter: unknown option. Known options: ${KNOWN.join(', ')}.`],
    ['x', `rule.x: unknown option. Known options: ${KNOWN.join(', ')}.`],
    ['constructor', `rule.constructor: unknown option. Known options: ${KNOWN.join(', ')}.`],
  ])('%s', (name, message) => {
    expect(() => rejectUnknown('rule', { [name]: 1 }, KNOWN)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message }),
    );
  });

  test('a long list of known options and a huge name stay cheap and short', () => {
    const huge = 'x'.repeat(100_000);
    expect(() => rejectUnknown('rule', { [huge]: 1 }, KNOWN)).toThrow(/^rule\.x{60}: unknown option/);
  });

  test('K06 an own property named __proto__ is an unknown option', () => {
    const value: unknown = JSON.parse('{"__proto__": {"ttl": "5m"}}');
    expect(() => rejectUnknown('rule', value, KNOWN)).toThrow(/^rule\.__proto__: unknown option/);
  });
});

describe('plain objects', () => {
  const foreign: unknown = runInNewContext('({ ttl: 1 })');
  test.each([{}, { ttl: undefined }, Object.create(null), foreign])('%o is accepted', (value) => {
    expect(() => rejectUnknown('rule', value, KNOWN)).not.toThrow();
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['5m', `'5m'`],
    [300, '300 (number)'],
    [[], 'an array of 0'],
    [() => ({}), 'a function'],
    [new Map(), 'an object'],
    [new Date(0), 'an object'],
  ])('%o is refused', (value, words) => {
    const message = `rule: expected an object of options, got ${words}. Known options: ${KNOWN.join(', ')}.`;
    expect(() => rejectUnknown('rule', value, KNOWN)).toThrow(expect.objectContaining({ message }));
  });
});
