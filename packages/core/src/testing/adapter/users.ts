import { describe, expect, test } from 'vitest';
import { eventually, gate, startOne } from './app.js';
import type { TestHost, TestRequest } from './host.js';

const RULE = { ttl: '1m' } as const;

/** Who asks, as the application sees it. */
function userOf({ headers }: TestRequest): string {
  return String(headers['authorization'] ?? headers['cookie'] ?? 'nobody');
}

const PAGE = (_run: number, req: TestRequest): { readonly body: string } => ({
  body: `page of ${userOf(req)}`,
});

/** U01 to U05: nobody gets what was made for somebody else. */
export function userCases(host: TestHost): void {
  describe('users', () => {
    const credentials = [
      ['U01', 'Authorization', 'Bearer A', 'Bearer B'],
      ['U02', 'Cookie', 's=A', 's=B'],
    ] as const;

    test.each(credentials)('%s everybody sees his own page: %s', async (_id, field, a, b) => {
      const app = await startOne(host, RULE, PAGE);
      for (const user of [a, b, undefined, a, b, undefined, b, a]) {
        const { text } = await app.get('/', user === undefined ? {} : { [field]: user });
        expect(text).toBe(`page of ${user ?? 'nobody'}`);
      }
      expect(app.cache.stats().stored).toBe(1);
    });

    test.each(credentials)('%s nobody waits for an answer to a user: %s', async (_id, field, a, b) => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (run, req) => (await opened, PAGE(run, req)));
      const asked = [a, b, undefined, a].map((user) =>
        app.get('/', user === undefined ? {} : { [field]: user }),
      );
      await eventually(() => app.calls() === 4);
      open();
      const texts = (await Promise.all(asked)).map(({ text }) => text);
      expect(texts).toEqual([a, b, 'nobody', a].map((user) => `page of ${user}`));
    });

    describe.each([
      [undefined, false],
      ['max-age=60', false],
      ['max-age=60, proxy-revalidate', false],
      ['max-age=60, stale-while-revalidate=60', false],
      ['public', true],
      ['public, max-age=60', true],
      ['s-maxage=60', true],
      ['max-age=60, must-revalidate', true],
    ])('U01 an answer with Cache-Control: %s', (cacheControl, isForAll) => {
      const answer = (run: number, req: TestRequest) => ({
        ...PAGE(run, req),
        ...(cacheControl !== undefined && { headers: { 'cache-control': cacheControl } }),
      });

      test(`made for all ${isForAll ? 'goes' : 'does not go'} to a signed-in user`, async () => {
        const app = await startOne(host, RULE, answer);
        await app.get('/');
        const { text, cacheStatus } = await app.get('/', { Authorization: 'Bearer A' });
        expect(text).toBe(isForAll ? 'page of nobody' : 'page of Bearer A');
        expect(cacheStatus).toBe(isForAll ? 'hit; ttl=60' : 'fwd=miss; detail=AUTHORIZATION');
        expect((await app.get('/')).text).toBe('page of nobody');
      });

      test(`made for a signed-in user ${isForAll ? 'goes' : 'does not go'} to all`, async () => {
        const app = await startOne(host, RULE, answer);
        await app.get('/', { Authorization: 'Bearer A' });
        const own = { Authorization: 'Bearer B' };
        expect((await app.get('/', own)).text).toBe(`page of Bearer ${isForAll ? 'A' : 'B'}`);
        expect((await app.get('/')).text).toBe(isForAll ? 'page of Bearer A' : 'page of nobody');
      });
    });

    test('U01 what the rule tells browsers does not make an anonymous page good for signed-in users', async () => {
      const app = await startOne(host, { ...RULE, cacheControl: 'public, max-age=60' }, PAGE);
      expect((await app.get('/')).headers['cache-control']).toBe('public, max-age=60');
      expect((await app.get('/', { Authorization: 'Bearer A' })).text).toBe('page of Bearer A');
    });

    test('U01 the anonymous page does not stand in for an error that a signed-in user gets', async () => {
      const app = await startOne(host, { ...RULE, staleIfError: '1h' }, (run, req) =>
        userOf(req) === 'nobody' ? PAGE(run, req) : { status: 503, body: 'failed' },
      );
      await app.get('/');
      for (const ms of [0, 61_000]) {
        app.clock.advance(ms);
        const { status, text } = await app.get('/', { Authorization: 'Bearer A' });
        expect([status, text]).toEqual([503, 'failed']);
      }
    });

    describe('U11 a user whom authentication found before the cache, by a header of its own', () => {
      const authenticate = (req: TestRequest): false => {
        if (req.headers['x-api-key'] !== undefined) Object.assign(req, { user: req.headers['x-api-key'] });
        return false;
      };
      const knownIn = (req: TestRequest): unknown => (req as { readonly user?: unknown }).user;
      const rule = { ttl: '1m', bypass: authenticate } as const;
      const asAlice = { 'x-api-key': 'Alice' };
      const asBob = { 'x-api-key': 'Bob' };

      test('what the handler made of him is his alone, also for those who wait', async () => {
        const app = await startOne(host, rule, async (_run, req) => {
          await new Promise(setImmediate);
          return { body: `for ${String(knownIn(req))}` };
        });
        const [alice, bob] = await Promise.all([app.get('/', asAlice), app.get('/', asBob)]);
        expect([alice.text, bob.text]).toEqual(['for Alice', 'for Bob']);
        expect((await app.get('/', asAlice)).cacheStatus).toBe('fwd=miss; detail=USER');
        expect((await app.get('/')).text).toBe('for undefined');
      });

      test('an answer without a look at him is for all', async () => {
        const app = await startOne(host, rule, (run) => ({ body: `run ${run}` }));
        expect((await app.get('/', asAlice)).cacheStatus).toBe('fwd=miss; stored');
        expect((await app.get('/', asBob)).text).toBe('run 1');
      });

      test.each([
        ['the rule names what matters of him', { ...rule, by: () => 'everybody' }, {}],
        ['the answer says that it is for all', rule, { 'cache-control': 'public' }],
      ])('%s: it is stored', async (_title, given, headers) => {
        const app = await startOne(host, given, (_run, req) => ({ headers, body: typeof knownIn(req) }));
        expect((await app.get('/', asAlice)).cacheStatus).toBe('fwd=miss; stored');
        expect((await app.get('/', asBob)).cacheStatus).toBe('hit; ttl=60');
      });

      test('a look while the body is sent counts too', async () => {
        const app = await startOne(host, rule, (_run, req) => ({
          body: (async function* body() {
            yield 'for ';
            await new Promise(setImmediate);
            yield String(knownIn(req));
          })(),
        }));
        expect((await app.get('/', asAlice)).text).toBe('for Alice');
        expect((await app.get('/', asBob)).text).toBe('for Bob');
      });
    });

    test('U03 an answer with Set-Cookie goes to its own client only', async () => {
      const app = await startOne(host, RULE, (run) => ({
        body: `run ${run}`,
        headers: { 'set-cookie': [`s=${run}`, 'theme=dark'], 'cache-control': 'public, max-age=60' },
      }));
      for (const run of [1, 2]) {
        const { text, headers, cacheStatus } = await app.get('/');
        expect(text).toBe(`run ${run}`);
        expect(headers['set-cookie']).toBe(`s=${run}, theme=dark`);
        expect(cacheStatus).toBe('fwd=miss; detail=SET-COOKIE');
      }
    });

    const by = (req: TestRequest) => req.headers['x-role'] as string | undefined;
    test.each([
      ['Authorization', {}, 'VARY-CREDENTIALS'],
      ['Cookie', {}, 'VARY-CREDENTIALS'],
      ['accept, COOKIE', {}, 'VARY-CREDENTIALS'],
      ['Cookie', { cookies: 'ignore' }, 'VARY-CREDENTIALS'],
      ['Authorization', { cookies: { allow: ['lang'] } }, 'VARY-CREDENTIALS'],
      ['*', { by }, 'VARY-STAR'],
      ['Cookie', { cookies: { allow: ['lang'] } }, undefined],
      ['Cookie', { by }, undefined],
      ['Authorization', { by }, undefined],
    ] as const)('U05 Vary: %s under the rule %o: %s', async (vary, rule, reason) => {
      const app = await startOne(host, { ...RULE, ...rule }, (run) => ({
        body: `run ${run}`,
        headers: { vary },
      }));
      const { cacheStatus } = await app.get('/', { 'X-Role': 'guest' });
      expect(cacheStatus).toBe(reason === undefined ? 'fwd=miss; stored' : `fwd=miss; detail=${reason}`);
      const { text } = await app.get('/', { 'X-Role': 'guest' });
      expect(text).toBe(reason === undefined ? 'run 1' : 'run 2');
    });
  });
}
