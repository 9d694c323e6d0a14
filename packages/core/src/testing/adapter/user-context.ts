import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import type { TestHost, TestRequest } from './host.js';

const RULE = { ttl: '1m' } as const;

const by = (req: TestRequest): string | undefined => req.headers['x-role'] as string | undefined;

/** U02, U17, U19: answers that several users share because the key holds all that tells them apart. */
export function userContextCases(host: TestHost): void {
  describe('user context', () => {
    test('by shares among those with one user context, whatever their credentials', async () => {
      const app = await startOne(host, { ...RULE, by }, (_run, req) => ({
        body: `${String(by(req))}: ${String(req.headers['authorization'])}`,
      }));
      const ask = async (user: string, role?: string) =>
        (await app.get('/', { Authorization: user, ...(role !== undefined && { 'X-Role': role }) })).text;
      expect(await ask('A', 'editor')).toBe('editor: A');
      expect(await ask('B', 'editor')).toBe('editor: A');
      expect(await ask('C', 'reader')).toBe('reader: C');
      expect((await app.get('/', { Cookie: 's=D', 'X-Role': 'reader' })).text).toBe('reader: C');
      expect(await ask('E')).toBe('undefined: E');
      expect(await ask('F')).toBe('undefined: F');
    });

    test.each([
      ['cache-control', 'private'],
      ['cache-control', 'no-store'],
      ['set-cookie', 's=1'],
    ])('by does not share what the handler itself keeps back with %s: %s', async (field, value) => {
      const app = await startOne(host, { ...RULE, by }, (run) => ({
        body: `run ${run}`,
        headers: { [field]: value },
      }));
      for (const run of [1, 2]) expect((await app.get('/', { 'X-Role': 'a' })).text).toBe(`run ${run}`);
    });

    test('U02 allowed cookies tell users apart, the others do not', async () => {
      const rule = { ...RULE, cookies: { allow: ['lang', 'plan'] } } as const;
      const app = await startOne(host, rule, (run) => ({ body: `run ${run}` }));
      const ask = async (cookie?: string) =>
        (await app.get('/', cookie === undefined ? {} : { Cookie: cookie })).text;
      expect(await ask('s=A; lang=de')).toBe('run 1');
      expect(await ask('lang=de; s=B')).toBe('run 1');
      expect(await ask('lang=en; s=B')).toBe('run 2');
      expect(await ask('plan=de')).toBe('run 3');
      expect(await ask('plan=pro; lang=de')).toBe('run 4');
      expect(await ask('lang=de; plan=pro')).toBe('run 4');
      expect(await ask('lang=de; lang=en')).toBe('run 5');
      expect(await ask('lang=')).toBe('run 6');
      expect(await ask('s=A')).toBe('run 7');
      expect(await ask()).toBe('run 7');
    });

    test('U02 with ignored cookies all users are one', async () => {
      const app = await startOne(host, { ...RULE, cookies: 'ignore' }, (run) => ({ body: `run ${run}` }));
      for (const user of ['s=A', 's=B', ''])
        expect((await app.get('/', { Cookie: user })).text).toBe('run 1');
      expect((await app.get('/')).text).toBe('run 1');
    });

    test('U17 the tenants of one application are apart', async () => {
      const app = await startOne(host, RULE, (_run, req) => ({
        body: `shop of ${String(req.headers['host'])}`,
      }));
      for (const tenant of ['a.example', 'b.example', 'a.example:8080', 'a.example', 'b.example'])
        expect((await app.get('/', { Host: tenant })).text).toBe(`shop of ${tenant}`);
      expect(app.calls()).toBe(3);
    });

    test('U19 the validator of one user is none for another', async () => {
      const app = await startOne(host, { ...RULE, by }, (_run, req) => ({ body: `of ${String(by(req))}` }));
      const etagOf = async (role: string) => {
        await app.get('/', { 'X-Role': role });
        return (await app.get('/', { 'X-Role': role })).headers['etag']!;
      };
      const tags = { a: await etagOf('a'), b: await etagOf('b') };
      expect(tags.a).not.toBe(tags.b);
      const confirmed = async (role: string, etag: string) =>
        (await app.get('/', { 'X-Role': role, 'If-None-Match': etag })).status;
      expect(await confirmed('b', tags.a)).toBe(200);
      expect(await confirmed('c', tags.a)).toBe(200);
      expect(await confirmed('b', tags.b)).toBe(304);
      // A stranger to the rule reaches his own handler, which knows nothing of either.
      const { status, text } = await app.get('/', { 'If-None-Match': `${tags.a}, ${tags.b}` });
      expect([status, text]).toEqual([200, 'of undefined']);
    });
  });
}
