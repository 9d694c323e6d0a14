import { describe, expect, test } from 'vitest';
import { hostsOption, isListedHost } from './hosts.js';

describe('hosts', () => {
  test.each([
    ['shop.example', 'shop.example', true],
    ['shop.example', 'evil.example', false],
    ['shop.example', 'shop.example.evil.example', false],
    ['shop.example', 'evilshop.example', false],
    ['shop.example', 'shop.example:8080', false],
    ['shop.example', '', false],
    ['localhost:3000', 'localhost:3000', true],
    ['localhost:3000', 'localhost', false],
    ['*.shop.example', 'a.shop.example', true],
    ['*.shop.example', 'a.b.shop.example', true],
    ['*.shop.example', 'shop.example', false],
    ['*.shop.example', '.shop.example', false],
    ['*.shop.example', 'evilshop.example', false],
    ['*.shop.example', 'a.shop.example:8080', false],
    ['*.shop.example:8080', 'a.shop.example:8080', true],
    ['[::1]:8080', '[::1]:8080', true],
  ])('%s and a request to %j: %s', (host, authority, isListed) => {
    expect(isListedHost(hostsOption('rule.hosts', [host]), authority)).toBe(isListed);
  });

  test('letter case does not count', () => {
    expect(hostsOption('rule.hosts', ['Shop.Example'])).toEqual(['shop.example']);
  });

  test.each([
    [
      'shop.example',
      `rule.hosts: expected an array of hosts such as 'shop.example', got 'shop.example'. Write ['shop.example'].`,
    ],
    [['https://shop.example'], 'Leave out the scheme and the path.'],
    [
      ['*'],
      `rule.hosts[0]: expected a host such as 'shop.example', '*.shop.example' or 'localhost:3000', got '*'.`,
    ],
    [['shop.*'], 'rule.hosts[0]'],
    [['a b'], 'rule.hosts[0]'],
    [[''], 'rule.hosts[0]'],
  ])('%j is refused with the fix', (value, message) => {
    expect(() => hostsOption('rule.hosts', value)).toThrow(message);
  });
});
