import { describe, expect, test } from 'vitest';
import { type App, startApp } from './app.js';
import type { TestHost, TestRoute } from './host.js';

/** `/a`, `/ab` and `/none` are in the groups that they are named after; POST to `/change/<status>` invalidates group a. */
function routes(field = '"a"'): readonly TestRoute[] {
  const runs = new Map<string, number>();
  const groups: Readonly<Record<string, string>> = { '/a': '"a"', '/ab': '"a", "b"', '/b': '"b"' };
  return [
    {
      path: '/*',
      rule: { ttl: '1m' },
      answer: ({ url = '', headers }) => {
        const of = `${String(headers['host'])}${url}`;
        runs.set(of, (runs.get(of) ?? 0) + 1);
        return {
          headers: {
            ...(groups[url] && { 'Cache-Groups': groups[url] }),
            'Cache-Group-Invalidation': '"a"',
          },
          body: String(runs.get(of)),
        };
      },
    },
    {
      method: 'POST',
      path: '/*',
      rule: {},
      answer: ({ url = '' }) => ({
        status: Number(url.split('/')[2]),
        headers: { 'Cache-Group-Invalidation': field, 'Cache-Groups': '"b"' },
        body: 'done',
      }),
    },
  ];
}

const PATHS = ['/a', '/ab', '/b', '/none'];

async function runsOf(app: App, headers = {}): Promise<readonly string[]> {
  const responses = [];
  for (const path of PATHS) responses.push(await app.get(path, headers));
  return responses.map(({ text }) => text);
}

/** RFC 9875: Cache-Groups and Cache-Group-Invalidation. */
export function groupCases(host: TestHost): void {
  describe('cache groups', () => {
    test('an unsafe request that succeeded invalidates those it names, and no others', async () => {
      const app = await startApp(host, routes());
      expect(await runsOf(app)).toEqual(['1', '1', '1', '1']);
      expect(await runsOf(app)).toEqual(['1', '1', '1', '1']);
      await app.send('POST', '/change/200');
      // /b shares a group with /ab, which is gone: that does not spread.
      expect(await runsOf(app)).toEqual(['2', '2', '1', '1']);
    });

    test.each([
      ['one that failed', '/change/500', '"a"'],
      ['one that was refused', '/change/403', '"a"'],
      ['a field that is no list of strings', '/change/200', 'a'],
      ['another letter case', '/change/200', '"A"'],
    ])('nothing is invalidated by %s', async (_title, path, field) => {
      const app = await startApp(host, routes(field));
      await runsOf(app);
      await app.send('POST', path);
      expect(await runsOf(app)).toEqual(['1', '1', '1', '1']);
    });

    test('a group of another origin is another group', async () => {
      const app = await startApp(host, routes());
      const other = { host: 'other.example' };
      await runsOf(app);
      await runsOf(app, other);
      await app.send('POST', '/change/200', other);
      expect(await runsOf(app)).toEqual(['1', '1', '1', '1']);
      expect(await runsOf(app, other)).toEqual(['2', '2', '1', '1']);
    });

    test('a tag is no group, and a group no tag', async () => {
      const app = await startApp(host, routes());
      await runsOf(app);
      await app.cache.invalidate({ tags: ['a', 'b'] });
      expect(await runsOf(app)).toEqual(['1', '1', '1', '1']);
    });

    test('tags that a rule sends as groups are groups', async () => {
      let run = 0;
      const app = await startApp(host, [
        {
          path: '/list',
          rule: { ttl: '1m', tags: ['product:1'], cdn: { tags: ['Cache-Groups'] } },
          answer: () => ({ body: String(++run) }),
        },
        {
          method: 'POST',
          path: '/list/1',
          rule: {},
          answer: () => ({ headers: { 'Cache-Group-Invalidation': '"product:1"' } }),
        },
      ]);
      for (const text of ['1', '1']) {
        const response = await app.get('/list');
        expect([response.text, response.headers['cache-groups']]).toEqual([text, '"product:1"']);
      }
      expect((await app.send('POST', '/list/1')).headers['cache-group-invalidation']).toBe('"product:1"');
      expect((await app.get('/list')).text).toBe('2');
    });
  });
}
