import { expect, onTestFinished, test } from 'vitest';
import { createCache } from '../cache.js';
import { viewOfPlain } from './explain-view.js';

test.each([['/products'], [{}], [null], [undefined], [{ url: 1 }]])('%o is no request', (request) => {
  expect(() => viewOfPlain(request as never)).toThrow(
    /^explain\(request\): expected an object with a url, such as { url: '\/products' }, got /,
  );
});

test.each([
  [{ url: '/a?b=1' }, 'http', undefined, '/a?b=1'],
  [{ url: 'https://shop.example/a' }, 'https', 'shop.example', '/a'],
  [{ url: '/b', originalUrl: '/a/b', headers: { host: 'shop.example' } }, 'http', 'shop.example', '/a/b'],
  [{ url: 'http://shop.example/a', protocol: 'https' }, 'https', 'shop.example', '/a'],
])('%o', (request, scheme, authority, url) => {
  const view = viewOfPlain(request);
  expect([view.scheme, view.authority || undefined, view.url]).toEqual([scheme, authority, url]);
});

test('a URL alone has no host, which is part of every key', () => {
  const cache = createCache();
  onTestFinished(() => cache.close());
  const keyOf = (url: string): string | undefined => cache.explain({ url }, { ttl: '1m' }).steps[1]?.text;
  expect(keyOf('/a')).toBe('The key: http://(no host: write it into the URL); URL /a.');
  expect(keyOf('http://shop.example/a')).toBe('The key: http://shop.example; URL /a.');
});
