import { describe, expect, test } from 'vitest';
import type { Rule, Validators } from '../../rule/rule.js';
import { type App, counted, eventually, gate, startApp, startOne } from './app.js';
import type { TestHost, TestRequest } from './host.js';
import { AFTER, BEFORE, CHANGED } from './sample-dates.js';

type Told = Validators | undefined;

/** What {@link Rule.validators} may be, answering at once or later. */
const WAYS: readonly (readonly [string, (told: () => Told) => Rule<TestRequest>['validators'] & {}])[] = [
  ['at once', (told) => () => told()],
  ['later', (told) => async () => told()],
];

function failures({ events }: App): readonly string[] {
  return events.flatMap((event) => (event.type === 'rule-failed' ? [event.error.message] : []));
}

/** The rule option `validators`: 304 and 412 without the handler. */
export function validatorCases(host: TestHost): void {
  describe.each(WAYS)('validators told %s', (_how, telling) => {
    test.each<[request: Record<string, string>, told: Told, status: number]>([
      [{ 'if-none-match': '"v1"' }, { etag: '"v1"' }, 304],
      [{ 'if-none-match': 'W/"v1"' }, { etag: '"v1"' }, 304],
      [{ 'if-none-match': '*' }, { etag: '"v1"' }, 304],
      [{ 'if-modified-since': CHANGED }, { lastModified: new Date(CHANGED) }, 304],
      [{ 'if-modified-since': CHANGED }, { lastModified: CHANGED }, 304],
      [{ 'if-match': '"v0"' }, { etag: '"v1"' }, 412],
      [{ 'if-unmodified-since': BEFORE }, { lastModified: CHANGED }, 412],
      // Nothing that answers them: the handler is asked.
      [{}, { etag: '"v1"' }, 200],
      [{ 'if-none-match': '"v0"' }, { etag: '"v1"' }, 200],
      [{ 'if-modified-since': BEFORE }, { lastModified: CHANGED }, 200],
      [{ 'if-match': '"v1"' }, { etag: '"v1"' }, 200],
      [{ 'if-unmodified-since': AFTER }, { lastModified: CHANGED }, 200],
      [{ 'if-none-match': '"v1"' }, undefined, 200],
      [{ 'if-none-match': '"v1"' }, {}, 200],
    ])('%j with %j: %i', async (request, told, status) => {
      const rule = { ttl: '1m', validators: telling(() => told) } as const;
      const app = await startOne(host, rule, () => ({ body: 'page' }));
      for (const method of ['HEAD', 'GET']) {
        const answer = await app.send(method, '/', request);
        expect([answer.status, answer.text]).toEqual([
          status,
          status === 200 && method === 'GET' ? 'page' : '',
        ]);
        expect(answer.cacheStatus === 'detail=PRECONDITION').toBe(status !== 200);
      }
      expect(app.calls()).toBe(status === 200 ? 2 : 0);
      expect(failures(app)).toEqual([]);
    });

    test('a 304 carries them, and what browsers are told', async () => {
      const validators = telling(() => ({ etag: '"v1"', lastModified: CHANGED }));
      const app = await startOne(host, { cacheControl: 'max-age=5', validators }, () => ({ body: 'page' }));
      const { headers } = await app.get('/', { 'if-none-match': '"v1"' });
      expect(headers).toMatchObject({
        etag: '"v1"',
        'last-modified': CHANGED,
        'cache-control': 'max-age=5',
        date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      });
    });

    test('an answer that has none of its own is given them', async () => {
      const validators = telling(() => ({ etag: '"v1"', lastModified: CHANGED }));
      const app = await startApp(host, [
        { path: '/bare', rule: { ttl: '1m', validators }, answer: () => ({ body: 'page' }) },
        {
          path: '/own',
          rule: { ttl: '1m', validators },
          answer: () => ({ headers: { ETag: '"mine"' }, body: 'page' }),
        },
      ]);
      for (const _ of [1, 2]) {
        const bare = await app.get('/bare');
        expect(bare.headers).toMatchObject({ etag: '"v1"', 'last-modified': CHANGED });
        expect((await app.get('/own')).headers['etag']).toBe('"mine"');
      }
      expect((await app.get('/bare', { 'if-none-match': '"v1"' })).status).toBe(304);
    });

    test('a fresh response is served without asking', async () => {
      let asked = 0;
      const validators = telling(() => ({ etag: `"v${++asked}"` }));
      const app = await startOne(host, { ttl: '1m', validators }, () => ({ body: 'page' }));
      for (const _ of [1, 2, 3]) await app.get('/', { 'if-none-match': '"x"' });
      expect([asked, app.calls()]).toEqual([1, 1]);
    });

    test('a stale response with the same validators is fresh again, without the handler', async () => {
      let version = 1;
      const validators = telling(() => ({ etag: `"v${version}"` }));
      const app = await startOne(host, { ttl: '1m', validators }, (run) => ({ body: `run ${run}` }));
      await app.get('/');
      for (const _ of [1, 2]) {
        app.clock.advance(90_000);
        const again = await app.get('/');
        expect([again.text, again.cacheStatus, again.headers['age']]).toEqual(['run 1', 'hit; ttl=60', '0']);
        expect(again.headers['date']).toBe(new Date(app.clock.now()).toUTCString());
        app.clock.advance(20_000);
        const hit = await app.get('/');
        expect([hit.text, hit.cacheStatus, hit.headers['age']]).toEqual(['run 1', 'hit; ttl=40', '20']);
      }
      version = 2;
      app.clock.advance(90_000);
      const changed = await app.get('/');
      expect([changed.text, changed.headers['etag']]).toEqual(['run 2', '"v2"']);
      expect(app.calls()).toBe(2);
    });

    test('what was invalidated for good is not fresh again', async () => {
      const validators = telling(() => ({ etag: '"v1"' }));
      const app = await startOne(host, { ttl: '1m', tags: ['t'], validators }, (run) => ({
        body: `run ${run}`,
      }));
      await app.get('/');
      await app.cache.invalidate({ tags: ['t'] });
      expect((await app.get('/')).text).toBe('run 2');
    });

    test('nor is an answer with an Expires: only the handler knows the next', async () => {
      const headers = { Expires: new Date(Date.UTC(2026, 0, 1, 0, 1)).toUTCString() };
      const validators = telling(() => ({ etag: '"v1"' }));
      const app = await startOne(host, { ttl: '1m', validators }, (run) => ({ headers, body: `run ${run}` }));
      await app.get('/');
      app.clock.advance(90_000);
      expect((await app.get('/')).text).toBe('run 2');
    });

    test.each<[request: Record<string, string>, status: number]>([
      [{ 'if-match': '"v0"' }, 412],
      [{ 'if-unmodified-since': BEFORE }, 412],
      [{ 'if-none-match': '*' }, 412],
      [{ 'if-match': '"v1"' }, 204],
      [{ 'if-unmodified-since': CHANGED }, 204],
      [{ 'if-none-match': '"v0"' }, 204],
      [{}, 204],
    ])('PUT with %j: %i', async (request, status) => {
      const seen: unknown[] = [];
      const validators = telling(() => ({ etag: '"v1"', lastModified: CHANGED }));
      const handler = counted((_run, { headers }) => {
        seen.push(Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('if-'))));
        return { status: 204 };
      });
      const app = await startApp(host, [
        { method: 'PUT', path: '/page', rule: { validators }, answer: handler.answer },
        { path: '/page', rule: { ttl: '1m' }, answer: () => ({ body: 'page' }) },
      ]);
      await app.get('/page');
      const answer = await app.send('PUT', '/page', request, 'new');
      expect([answer.status, answer.cacheStatus]).toEqual([
        status,
        status === 412 ? 'detail=PRECONDITION' : 'fwd=method',
      ]);
      // A handler that runs sees its preconditions, and what failed has changed nothing.
      expect(seen).toEqual(status === 412 ? [] : [request]);
      expect((await app.get('/page')).cacheStatus).toMatch(status === 412 ? /^hit/ : /^fwd/);
    });
  });

  test('what was told says nothing of If-Match without a tag: the handler decides', async () => {
    const rule = { validators: () => ({ lastModified: CHANGED }) };
    const app = await startApp(host, [
      { method: 'PUT', path: '/page', rule, answer: () => ({ status: 204 }) },
    ]);
    expect((await app.send('PUT', '/page', { 'if-match': '"v0"' }, 'new')).status).toBe(204);
  });

  test('a response that is invalidated while they are asked for is not fresh again', async () => {
    const { opened, open } = gate();
    let isStale = false;
    const validators = async (): Promise<Told> => {
      if (isStale) await opened;
      return { etag: '"v1"' };
    };
    const rule = { ttl: '1m', tags: ['t'], validators } as const;
    const app = await startOne(host, rule, (run) => ({ body: `run ${run}` }));
    await app.get('/');
    isStale = true;
    app.clock.advance(90_000);
    const before = app.clock.pending;
    const asked = app.get('/');
    // The limit that is set to them.
    await eventually(() => app.clock.pending > before);
    await app.cache.invalidate({ tags: ['t'] });
    open();
    expect((await asked).text).toBe('run 2');
  });

  test('a background refresh ends with them, without the handler', async () => {
    const rule = { ttl: '1s', swr: '1m', validators: () => ({ etag: '"v1"' }) } as const;
    const app = await startOne(host, rule, () => ({ body: 'page' }));
    await app.get('/');
    app.clock.advance(2000);
    expect((await app.get('/')).cacheStatus).toBe('hit; ttl=-1');
    await expect.poll(async () => (await app.get('/')).cacheStatus).toBe('hit; ttl=1');
    expect(app.calls()).toBe(1);
    expect(app.events.filter(({ type }) => type === 'refresh-failed')).toEqual([]);
  });

  describe('validators that fail', () => {
    test.each<[string, Rule<TestRequest>['validators'] & {}, RegExp]>([
      ['throws', () => raise('no database'), /^rule.validators failed: no database/],
      ['rejects', async () => raise('no database'), /^rule.validators failed: no database/],
      ['returns a number', () => 7 as never, /expected an object such as .*got 7 \(number\)/],
      ['returns a bare tag', () => ({ etag: 'v1' }), /expected an etag in quotes .*got 'v1'/],
      ['returns a tag with a line break', () => ({ etag: '"a\r\nb"' }), /expected an etag in quotes/],
      ['returns no date', async () => ({ lastModified: 'yesterday' }), /expected lastModified as a Date/],
      ['returns a date that is none', () => ({ lastModified: new Date(Number.NaN) }), /lastModified/],
    ])('one that %s is an event, and the handler answers', async (_what, validators, message) => {
      const app = await startOne(host, { ttl: '1m', validators }, () => ({ body: 'page' }));
      const answer = await app.get('/', { 'if-none-match': '"v1"' });
      expect([answer.status, answer.text, answer.cacheStatus]).toEqual([200, 'page', 'fwd=miss; stored']);
      expect(failures(app)).toEqual([expect.stringMatching(message)]);
    });

    test('one that hangs costs a second', async () => {
      let asked = (): void => {};
      const isAsked = new Promise<void>((resolve) => (asked = resolve));
      const validators = (): Promise<Told> => {
        asked();
        return new Promise(() => {});
      };
      const app = await startOne(host, { ttl: '1m', validators }, () => ({ body: 'page' }));
      const pending = app.get('/');
      await isAsked;
      app.clock.advance(1000);
      expect((await pending).text).toBe('page');
      expect(failures(app)).toEqual([expect.stringMatching(/no answer within 1000 ms/)]);
    });
  });
}

function raise(message: string): never {
  throw new Error(message);
}
