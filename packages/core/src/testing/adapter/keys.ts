import { describe, expect, test } from 'vitest';
import { type App, startApp, startOne } from './app.js';
import { requestText } from './client.js';
import type { TestHost, TestRequest } from './host.js';

const RULE = { ttl: '1m' } as const;

/** The answers say which run of the handler made them. */
const RUN = (run: number): { readonly body: string } => ({ body: `<run ${run}>` });

/** Sends a request with these field lines and gives the number of the run that answered. */
async function runOf(app: App, path: string, ...fields: readonly string[]): Promise<number> {
  const text = await app.raw(requestText(path, 'Connection: close', ...fields));
  return Number(/<run (\d+)>/.exec(text)?.[1]);
}

/** K02 to K16: what an outsider writes into a request never makes two different questions one, nor one two. */
export function keyCases(host: TestHost): void {
  describe('keys', () => {
    test('K03 parts of a key that are joined alike stay apart', async () => {
      const keys: Readonly<Record<string, string | readonly string[]>> = {
        '/1': ['1234', '56'],
        '/2': ['12', '3456'],
        '/3': ['123456'],
        '/4': ['12:34', '56'],
        '/5': ['12', '34:56'],
        '/6': ['1234', '56', ''],
      };
      const rule = { ...RULE, key: (req: TestRequest) => keys[req.url!] };
      const app = await startOne(host, rule, RUN);
      for (const at of [1, 2, 3, 4, 5, 6]) expect(await runOf(app, `/${at}`)).toBe(at);
      for (const at of [1, 2, 3, 4, 5, 6]) expect(await runOf(app, `/${at}`)).toBe(at);
    });

    test('K05 composed and decomposed letters are different keys', async () => {
      const app = await startOne(host, RULE, RUN);
      expect(await runOf(app, '/caf%C3%A9')).toBe(1);
      expect(await runOf(app, '/cafe%CC%81')).toBe(2);
      expect(await runOf(app, '/caf%C3%A9')).toBe(1);
    });

    test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then'])(
      'K06 %s is a path, a parameter, a header, a Vary name and a tag like any other',
      async (name) => {
        const app = await startApp(host, [
          {
            path: '/*',
            rule: { ...RULE, tags: [name] },
            answer: (req) => ({
              body: `<${String(req.headers[name.toLowerCase()])} ${req.url}>`,
              headers: { vary: name },
            }),
          },
        ]);
        for (const path of [`/${name}`, `/${name}/${name}`, `/?${name}=1`, `/?${name}[${name}]=1`]) {
          expect((await app.get(path)).cacheStatus).toBe('fwd=miss; stored');
          expect((await app.get(path)).cacheStatus).toBe('hit; ttl=60');
          expect((await app.get(path)).text).toContain(` ${path}>`);
        }
        // Node itself drops a header `__proto__`: no handler sees it.
        const sent = { [name]: 'mine' };
        const seen = name === '__proto__' ? ` /${name}>` : '<mine ';
        expect((await app.get(`/${name}`, sent)).text).toContain(seen);
        await app.cache.invalidate({ tags: [name] });
        expect((await app.get(`/${name}`)).cacheStatus).toMatch(/^fwd=(vary-)?miss; stored/);
        expect(app.events.filter(({ type }) => type === 'rule-failed')).toEqual([]);
      },
    );

    test.each([
      ['the rule', { ...RULE, vary: ['a'] }, {}],
      ['the answer', RULE, { vary: 'A' }],
    ])(
      'K08 two lines are one line with a comma and not their letters in a row, named by %s',
      async (...row) => {
        const app = await startOne(host, row[1], (run) => ({ ...RUN(run), headers: row[2] }));
        expect(await runOf(app, '/', 'A: x', 'A: y')).toBe(1);
        expect(await runOf(app, '/', 'A: xy')).toBe(2);
        expect(await runOf(app, '/', 'A: x, y')).toBe(1);
        expect(await runOf(app, '/', 'A: y', 'A: x')).toBe(3);
        expect(await runOf(app, '/', 'A:')).toBe(4);
        expect(await runOf(app, '/')).toBe(5);
        expect(await runOf(app, '/', 'a: xy')).toBe(2);
      },
    );

    test('K09 the default port and the letter case of the host do not count, another port does', async () => {
      const app = await startOne(host, RULE, RUN);
      expect(await runOf(app, '/', 'Host: Shop.Example:80')).toBe(1);
      expect(await runOf(app, '/', 'Host: shop.example')).toBe(1);
      expect(await runOf(app, '/', 'Host: SHOP.EXAMPLE')).toBe(1);
      expect(await runOf(app, '/', 'Host: shop.example:443')).toBe(2);
      expect(await runOf(app, '/', 'Host: shop.example:8080')).toBe(3);
      expect(await runOf(app, '/', 'Host: shop.example.')).toBe(4);
    });

    test('K10 a key that ends in a method is not the key of that method', async () => {
      const rule = { ...RULE, key: (req: TestRequest) => req.url!.slice(1) };
      const app = await startOne(host, rule, RUN);
      expect(await runOf(app, '/page')).toBe(1);
      expect((await app.send('HEAD', '/page', { Host: 'shop' })).cacheStatus).toBe('hit; ttl=60');
      expect(await runOf(app, '/page:HEAD')).toBe(2);
      expect(await runOf(app, '/pageHEAD')).toBe(3);
    });

    test.each([
      ['/a?__internal_key=/b', []],
      ['/a?key=/b&cache=hit', []],
      ['/a?/b', []],
      ['/a', ['Cache-Status: shelflife; hit', 'Age: 1', 'X-Shelflife-Key: /b', 'X-Cache-Key: /b']],
    ])('K13 no request can name the key of another: %s', async (path, fields) => {
      const app = await startOne(host, RULE, RUN);
      expect(await runOf(app, '/b')).toBe(1);
      expect(await runOf(app, path, ...fields)).toBe(2);
      expect(await runOf(app, '/b')).toBe(1);
    });

    test('K16 long URLs are charged for: the bytes stay within the budget', async () => {
      const app = await startOne(host, RULE, () => ({ body: 'x' }), { memory: { maxSize: '256kb' } });
      const long = 'x'.repeat(12_000);
      for (let from = 0; from < 500; from += 50) {
        const some = Array.from({ length: 50 }, (_, at) => `/${from + at}/${long}?${long.slice(0, 2000)}`);
        await Promise.all(some.map((path) => app.get(path)));
        const { bytes, maxBytes, entries } = app.cache.stats().memory;
        expect(bytes).toBeLessThanOrEqual(maxBytes);
        expect(bytes).toBeGreaterThanOrEqual(entries * 600);
      }
      expect(app.cache.stats().memory.evictions).toBeGreaterThan(0);
      const uncharged = app.events.filter(
        (event) => event.type === 'evicted' && event.size < event.key.length + 600,
      );
      expect(uncharged).toEqual([]);
    });
  });
}
