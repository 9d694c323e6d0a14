import { describe, expect, test } from 'vitest';
import { type App, startOne } from './app.js';
import { requestText } from './client.js';
import type { TestHost, TestRequest } from './host.js';

const SIGNED_IN = { Cookie: 'session=victim', Authorization: 'Bearer victim' } as const;

/** The page of whoever asks, as an application makes it that looks at the session and not at the file name. */
function pageOf({ headers, url }: TestRequest): { readonly body: string } {
  const name = headers['cookie'] ?? headers['authorization'];
  return { body: name === undefined ? `<anonymous ${url}>` : `<secrets of ${String(name)}>` };
}

/** Asks with the exact bytes of the path: a normal client would tidy them up. */
async function ask(app: App, path: string, ...credentials: readonly string[]): Promise<string> {
  return app.raw(requestText(path, 'Connection: close', ...credentials));
}

/** D01 to D10: nobody makes the cache keep a private page under an URL that looks public. */
export function deceptionCases(host: TestHost): void {
  describe.each(Object.entries(SIGNED_IN))('web cache deception of a victim with %s', (name, value) => {
    test.each([
      ['D01', '/account/x.css'],
      ['D02', '/account;x.css'],
      ['D02', '/account;.js'],
      ['D02', '/account%3bx.css'],
      ['D02', '/account%00.css'],
      ['D04', '/static/..%2faccount'],
      ['D04', '/static/%2e%2e/account'],
      ['D04', '/static/..%5caccount'],
      ['D05', '/static/../account'],
      ['D06', '//account'],
      ['D06', '/./account'],
      ['D06', '/account//'],
      ['D08', '/account/'],
      ['D08', '/account?x.css'],
      ['D08', '/account/robots.txt'],
      ['D08', '/account%23/x.css'],
    ])('%s %s keeps nothing private', async (_id, path) => {
      const app = await startOne(host, { ttl: '1m' }, (_run, req) => pageOf(req));
      const victim = `${name}: ${value}`;
      expect(await ask(app, path, victim)).toContain(`<secrets of ${value}>`);
      expect(app.cache.stats().stored).toBe(0);
      const attacker = await ask(app, path);
      expect(attacker).toContain('<anonymous ');
      expect(attacker).toContain('fwd=miss; stored');
      // The other way round: the public page is not the victim's either, and stays what it was.
      expect(await ask(app, path, victim)).toContain(`<secrets of ${value}>`);
      const again = await ask(app, path);
      expect(again).toContain('<anonymous ');
      expect(again).toContain('shelflife; hit');
      expect(app.calls()).toBe(3);
    });

    test('D10 a proxy with a key of its own is never told that a private page is public', async () => {
      const rule = { ttl: '1m', cacheControl: 'public, max-age=60' } as const;
      const app = await startOne(host, rule, (_run, req) => pageOf(req));
      expect(await ask(app, '/account', `${name}: ${value}`)).not.toMatch(/^cache-control/im);
      expect(await ask(app, '/account')).toMatch(/^cache-control: public, max-age=60\r$/im);
    });
  });

  test('D02 D04 D05 D06 D08 spellings that some server takes for one path are never one key', async () => {
    const app = await startOne(host, { ttl: '1m' }, (run) => ({ body: `<run ${run}>` }));
    const plain = '/account /account/ /account// //account /./account /static/../account /Account'.split(' ');
    const escaped = [
      '/static/..%2faccount',
      '/static/..%2Faccount',
      '/static/%2e%2e/account',
      '/static/%2E%2E/account',
      '/account;x.css',
      '/account%3bx.css',
      '/account?x.css',
      '/%61ccount',
      '/account%2f',
    ];
    const spellings = [...plain, ...escaped];
    for (const [at, path] of spellings.entries()) expect(await ask(app, path)).toContain(`<run ${at + 1}>`);
    for (const [at, path] of spellings.entries()) expect(await ask(app, path)).toContain(`<run ${at + 1}>`);
  });
}
