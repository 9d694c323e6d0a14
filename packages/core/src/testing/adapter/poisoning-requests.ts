import { describe, expect, test } from 'vitest';
import { type App, startApp, startOne } from './app.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';

const RULE = { ttl: '1m' } as const;

/** A parameter as a parser sees it that takes `;` for a separator as well, and the last of several. */
function lenientParameter(url: string, wanted: string): string | undefined {
  const parameters = url.split('?').slice(1).join('?').split(/[&;]/);
  const values = parameters.flatMap((text) => {
    const [name, value = ''] = text.split('=');
    return decodeURIComponent(name!) === wanted ? [decodeURIComponent(value)] : [];
  });
  return values.at(-1);
}

/** attacks.md 2.2: an attacker fills the cache by an odd request, and a victim asks for the same URL. */
export function poisoningRequestCases(host: TestHost): void {
  /** What a victim gets who asks twice: the body, with its status when that is not 200. */
  async function victims(app: App, path: string): Promise<readonly string[]> {
    const answers = [await app.get(path), await app.get(path)];
    return answers.map(({ status, text }) => (status === 200 ? text : `${status} ${text}`));
  }

  /** One request on a raw socket, with a text of the attacker's own behind the request line. */
  const attackRaw = (app: App, target: string, rest: string): Promise<string> =>
    app.raw(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nConnection: close\r\n${rest}`);

  describe('poisoning through bodies and queries', () => {
    test.each([
      ['Content-Length', 'Content-Length: 6\r\n\r\nq=evil'],
      ['chunks', 'Transfer-Encoding: chunked\r\n\r\n6\r\nq=evil\r\n0\r\n\r\n'],
    ])('P08 a GET with a body that the handler merges (%s)', async (_framing, rest) => {
      const app = await startApp(host, [
        {
          path: '/s',
          rule: RULE,
          raw(req, res) {
            const chunks: Buffer[] = [];
            req.on('data', (chunk: Buffer) => chunks.push(chunk));
            req.on('end', () => res.end(`found ${Buffer.concat(chunks).toString() || 'nothing'}`));
          },
        },
      ]);
      const attacked = await attackRaw(app, '/s', rest);
      expect(attacked).toContain('found q=evil');
      expect(attacked).toContain('shelflife; fwd=bypass; detail=REQUEST-BODY');
      expect(await victims(app, '/s')).toEqual(['found nothing', 'found nothing']);
      expect(await attackRaw(app, '/s', rest)).toContain('found q=evil');
    });

    test.each([
      '/?x=1&utm_content=a;x=evil',
      '/?x=1&utm_content=a%3Bx=evil',
      '/?utm_content=a;x=evil&x=1',
      '/?utm_content=1?x=evil&x=1',
      '/?x=1&utm_content=1%26x=evil',
      '/?x=1&utm_content=1%26x%3Devil',
      '/?x=1&utm_content=1#&x=evil',
      '/?x=1&utm%5Fcontent;x=evil',
      '/?x=1;x=evil&utm_content=1',
      '/?x=1&x=evil&utm_content=1',
      '/?x=1&%78=evil',
      '/?x=1;utm_a=1&x=evil',
    ])('P10 cloaking: %s', async (target) => {
      const rule = { ...RULE, query: { ignore: ['utm_*'] } } as const;
      const app = await startOne(host, rule, (_run, { url }) => ({
        body: `x is ${lenientParameter(url!, 'x')}`,
      }));
      await attackRaw(app, target, '\r\n');
      expect(await victims(app, '/?x=1')).toEqual(['x is 1', 'x is 1']);
      expect(await victims(app, '/?x=1&utm_content=a')).toEqual(['x is 1', 'x is 1']);
    });

    const reflectUrl = (_run: number, { url }: TestRequest): TestAnswer => ({ body: `link to ${url}` });

    test('P11 a parameter that does not count is hidden from the handler', async () => {
      const rule = { ...RULE, query: { ignore: ['utm_*'] } } as const;
      const app = await startOne(host, rule, reflectUrl);
      const attacked = await app.get('/p?utm_source=%3Cscript%3E&a=1');
      expect([attacked.text, attacked.cacheStatus]).toEqual(['link to /p?a=1', 'fwd=miss; stored']);
      expect(await victims(app, '/p?a=1')).toEqual(['link to /p?a=1', 'link to /p?a=1']);
    });

    test('P11 also while its body is being sent', async () => {
      const rule = { ...RULE, query: 'none' } as const;
      const app = await startOne(host, rule, (_run, req) => {
        async function* body(): AsyncGenerator<string> {
          yield 'link to ';
          yield `${req.url}`;
          await Promise.resolve();
          yield ` ${req.url}`;
        }
        return { body: body() };
      });
      await app.get('/p?utm_source=evil');
      expect(await victims(app, '/p')).toEqual(['link to /p /p', 'link to /p /p']);
    });

    test('P13 parameters that a parser may put together are told apart, and nothing throws', async () => {
      const app = await startOne(host, RULE, reflectUrl);
      const urls = [
        'a[]=1&a[]=2',
        'a[0]=1&a[1]=2',
        'a[b]=1',
        'a.b=1',
        'a=1&a=2',
        'a=2&a=1',
        'a=1,2',
        'a=1;b=2&b=3',
        'b=3&a=1;b=2',
      ];
      const odd = ['a%5B%5D=1&a%5B%5D=2', 'a', 'a=', '=', '&', '%', '%zz=1', '%00', '__proto__[x]=1', '?'];
      for (const status of ['fwd=miss; stored', 'hit; ttl=60']) {
        for (const query of [...urls, ...odd]) {
          const text = await attackRaw(app, `/p?${query}`, '\r\n');
          expect(text).toContain(`link to /p?${query}`);
          expect([query, text.includes(`shelflife; ${status}`)]).toEqual([query, true]);
        }
      }
    });
  });

  describe('poisoning through methods', () => {
    test.each<[path: string, headers: Record<string, string>]>([
      ['/x', { 'x-http-method-override': 'DELETE' }],
      ['/x', { 'x-http-method': 'DELETE' }],
      ['/x', { 'x-method-override': 'DELETE' }],
      ['/x?_method=DELETE', {}],
      ['/x?a=1&_method=DELETE', {}],
    ])('P14 %s %j bypasses the cache', async (path, headers) => {
      const app = await startOne(host, RULE, (_run, req) => {
        const overridden = Object.keys(req.headers).some((name) => name.includes('method'));
        return { body: overridden || req.url!.includes('_method') ? 'deleted' : 'page' };
      });
      for (const text of [(await app.get(path, headers)).text, (await app.get(path, headers)).text]) {
        expect(text).toBe('deleted');
      }
      expect((await app.get(path, headers)).cacheStatus).toBe('fwd=bypass; detail=METHOD-OVERRIDE');
      expect(await victims(app, '/x')).toEqual(['page', 'page']);
      expect(app.calls()).toBe(4);
    });

    const methods = ['OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'REPORT', 'SEARCH'];
    test.each(methods.filter((method) => host.unroutable?.includes(method) !== true))(
      'P25 %s with a body neither fills the cache nor is answered from it',
      async (method) => {
        const answer = (req: TestRequest): TestAnswer => ({
          headers: { 'Cache-Control': 'public, max-age=60' },
          body: `answer to ${req.method}`,
        });
        const app = await startApp(host, [
          { path: '/x', rule: RULE, answer },
          { path: '/x', method, rule: RULE, answer },
        ]);
        const ask = `${method} /x HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nContent-Type: text/plain\r\nConnection: close\r\n`;
        for (const body of ['Content-Length: 3\r\n\r\na=b', '\r\n']) {
          const text = await app.raw(ask + body);
          expect(text).toContain(`answer to ${method}`);
          expect(text).toMatch(/Cache-Status: shelflife; fwd=method/i);
          expect(await victims(app, '/x')).toEqual(['answer to GET', 'answer to GET']);
        }
      },
    );
  });
}
