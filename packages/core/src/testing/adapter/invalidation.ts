import { describe, expect, test } from 'vitest';
import type { InvalidationTarget } from '../../invalidation/target.js';
import { type App, startApp } from './app.js';
import type { TestAnswer, TestHost, TestRoute } from './host.js';

/** A route whose answers tell paths and runs apart, with a tag and a key for each path. */
function shop(): TestRoute {
  let runs = 0;
  return {
    path: '/shop/*',
    rule: {
      ttl: '10m',
      key: ({ url = '' }) => url,
      tags: ({ url = '' }) => ['shop', url.split('?', 1)[0]!.slice('/shop/'.length)],
    },
    answer: () => ({ body: `run ${++runs}` }),
  };
}

/** Asks for all of these paths; returns those that the handler had to be asked for. */
async function missed(app: App, paths: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(paths.map(async (path) => ({ path, answer: await app.get(path) })));
  return answers.filter(({ answer }) => !answer.cacheStatus.startsWith('hit')).map(({ path }) => path);
}

const PATHS = ['/shop/a', '/shop/a?page=2', '/shop/a/b', '/shop/b'];

/** What `cache.invalidate()` and unsafe methods make invalid, and what they leave alone. */
export function invalidationCases(host: TestHost): void {
  describe('invalidation', () => {
    test.each<[string, InvalidationTarget, readonly string[]]>([
      ['a tag', { tags: ['b'] }, ['/shop/b']],
      ['a tag that many answers have', { tags: ['shop'] }, PATHS],
      ['several tags', { tags: ['b', 'a/b'] }, ['/shop/a/b', '/shop/b']],
      ['a key', { keys: ['/shop/a?page=2'] }, ['/shop/a?page=2']],
      ['a path, with all its queries', { paths: ['/shop/a'] }, ['/shop/a', '/shop/a?page=2']],
      ['several things at once', { paths: ['/shop/a/b'], tags: ['b'] }, ['/shop/a/b', '/shop/b']],
      ['everything', { all: true }, PATHS],
      ['a tag that reads like a path', { tags: ['/shop/a'] }, []],
      ['a path that reads like a tag', { paths: ['/b'] }, []],
    ])('%s', async (_title, target, expected) => {
      const app = await startApp(host, [shop()]);
      expect(await missed(app, PATHS)).toEqual(PATHS);
      expect(await missed(app, PATHS)).toEqual([]);
      await app.cache.invalidate(target);
      expect(await missed(app, PATHS)).toEqual(expected);
      expect(await missed(app, PATHS)).toEqual([]);
    });

    test('tags that the handler adds count like those of the rule', async () => {
      const answer: TestRoute['answer'] = (_req, control) => {
        control.tag('added', 'and another');
        return { body: 'tagged' };
      };
      const app = await startApp(host, [{ path: '/*', rule: { ttl: '1m', tags: ['ruled'] }, answer }]);
      for (const tag of ['added', 'and another', 'ruled']) {
        await app.get('/');
        expect((await app.get('/')).cacheStatus).toMatch(/^hit/);
        await app.cache.invalidate({ tags: [tag] });
        expect((await app.get('/')).cacheStatus).toMatch(/^fwd=miss/);
      }
    });

    test('a path takes all its variants and all its hosts with it', async () => {
      const answer = (): TestAnswer => ({ body: 'x', headers: { vary: 'x-lang' } });
      const app = await startApp(host, [{ path: '/*', rule: { ttl: '1m' }, answer }]);
      const requests = [{ 'x-lang': 'de' }, { 'x-lang': 'fr' }, { host: 'other.example' }];
      const ask = (): Promise<string[]> =>
        Promise.all(requests.map(async (headers) => (await app.get('/p', headers)).cacheStatus.slice(0, 3)));
      await ask();
      expect(await ask()).toEqual(['hit', 'hit', 'hit']);
      await app.cache.invalidate({ paths: ['/p'] });
      expect(await ask()).toEqual(['fwd', 'fwd', 'fwd']);
    });

    test(`with mode 'stale' and a rule without stale windows the handler is asked as well`, async () => {
      const app = await startApp(host, [shop()]);
      await app.get('/shop/a');
      await app.cache.invalidate({ tags: ['a'], mode: 'stale' });
      expect((await app.get('/shop/a')).text).toBe('run 2');
      expect((await app.get('/shop/a')).cacheStatus).toMatch(/^hit/);
    });

    test('the receipt names a place in the order of invalidations', async () => {
      const app = await startApp(host, [shop()]);
      const [first, second] = [
        await app.cache.invalidate({ all: true }),
        await app.cache.invalidate({ all: true }),
      ];
      expect(first.token).toMatch(/:1$/);
      expect(second.token).toMatch(/:2$/);
      expect(app.cache.stats().invalidations).toBe(2);
    });
  });

  describe('unsafe methods', () => {
    type Unsafe = Partial<TestAnswer> & { readonly method?: string };
    const change = ({ method = 'POST', ...answer }: Unsafe): TestRoute => ({
      method,
      path: '/shop/a',
      rule: {},
      answer: () => answer,
    });

    const WATCHED = ['/shop/a', '/shop/a?page=2', '/shop/b', '/shop/c%20d'];
    const TARGET = WATCHED.slice(0, 2);
    async function* parts(): AsyncGenerator<string> {
      yield* ['one', 'two'];
    }

    test.each<[string, Unsafe, readonly string[]]>([
      ['POST', {}, TARGET],
      ['PUT', { method: 'PUT', status: 204 }, TARGET],
      ['PATCH', { method: 'PATCH', status: 200, body: 'patched' }, TARGET],
      ['DELETE', { method: 'DELETE', status: 202 }, TARGET],
      ['a streamed answer', { body: parts() }, TARGET],
      ['a redirect elsewhere', { status: 303, headers: { location: 'http://other.example/shop/b' } }, TARGET],
      ['OPTIONS is safe', { method: 'OPTIONS', status: 200, body: 'x' }, []],
      ['400', { status: 400 }, []],
      ['409 with a Location', { status: 409, headers: { location: '/shop/b' } }, []],
      ['500', { status: 500, body: 'failed' }, []],
      ['503 in parts', { status: 503, body: parts() }, []],
      ['Location', { status: 201, headers: { location: '/shop/b' } }, [...TARGET, '/shop/b']],
      ['a relative Location', { status: 201, headers: { location: 'b?x#y' } }, [...TARGET, '/shop/b']],
      ['Content-Location', { headers: { 'content-location': '/shop/c%20d' } }, [...TARGET, '/shop/c%20d']],
      ['of another port', { headers: { location: 'http://127.0.0.1:1/shop/b' } }, TARGET],
      ['of another scheme', { headers: { location: 'https://127.0.0.1/shop/b' } }, TARGET],
      ['that nobody can read', { headers: { location: 'http://[/shop/b' } }, TARGET],
    ])('%s', async (_title, answer, expected) => {
      const app = await startApp(host, [change(answer), shop()]);
      await missed(app, WATCHED);
      const { status } = await app.send(answer.method ?? 'POST', '/shop/a?by=form');
      expect(status).toBe(answer.status ?? 200);
      expect(await missed(app, WATCHED)).toEqual(expected);
    });

    test('an absolute Location of the same origin', async () => {
      const to: { location?: string } = {};
      const answer = (): TestAnswer => ({ status: 201, headers: { location: to.location! } });
      const app = await startApp(host, [{ method: 'POST', path: '/shop/a', rule: {}, answer }, shop()]);
      to.location = `http://127.0.0.1:${app.port}/shop/b`;
      await missed(app, WATCHED);
      await app.send('POST', '/shop/a');
      expect(await missed(app, WATCHED)).toEqual([...TARGET, '/shop/b']);
    });

    test('one host does not touch what is stored for another', async () => {
      const app = await startApp(host, [change({}), shop()]);
      await app.get('/shop/a', { host: 'one.example' });
      await app.send('POST', '/shop/a', { host: 'two.example' });
      // The key of this route is the same for both: only the target tells the hosts apart.
      expect((await app.get('/shop/a', { host: 'one.example' })).cacheStatus).toMatch(/^hit/);
      await app.send('POST', '/shop/a', { host: 'ONE.example' });
      expect((await app.get('/shop/a', { host: 'one.example' })).cacheStatus).toMatch(/^fwd/);
    });

    test('a handler that breaks off after a good head has changed something all the same', async () => {
      const app = await startApp(host, [
        {
          method: 'POST',
          path: '/shop/a',
          rule: {},
          raw: (_req, res) => (res.write('x'), void res.destroy()),
        },
        shop(),
      ]);
      await missed(app, WATCHED);
      await app.send('POST', '/shop/a').catch(() => undefined);
      expect(await missed(app, WATCHED)).toEqual(TARGET);
    });
  });
}
