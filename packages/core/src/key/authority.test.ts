import { expect, test } from 'vitest';
import { canonicalAuthority } from './authority.js';

test.each([
  // Host             scheme    authority
  ['h', 'http', 'h'],
  ['H:80', 'http', 'h'],
  ['H:443', 'https', 'h'],
  ['h:443', 'http', 'h:443'],
  ['h:80', 'https', 'h:80'],
  ['Shop.Example:8080', 'http', 'shop.example:8080'],
  ['[::1]:80', 'http', '[::1]'],
  ['[::1]', 'http', '[::1]'],
  ['[2001:DB8::80]', 'http', '[2001:db8::80]'],
  ['h:080', 'http', 'h:080'],
  ['h.', 'http', 'h.'],
  ['h:80:80', 'http', 'h:80'],
  ['Evil/../x?Y', 'http', 'evil/../x?y'],
  ['\u212a', 'http', '\u212a'],
  ['h:80', 'ws', 'h:80'],
  ['h:80', '__proto__', 'h:80'],
  ['', 'http', ''],
  [undefined, 'http', ''],
])('K09 Host %s over %s -> %s', (host, scheme, authority) => {
  expect(canonicalAuthority(host, scheme)).toBe(authority);
});
