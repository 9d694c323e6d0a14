import { describe, expect, test } from 'vitest';
import { eventually, gate, startOne } from './app.js';
import type { TestHost } from './host.js';
import { NOT_MODIFIED, PAGE, RULE, startStored } from './stored-page.js';

/** What a 304 of the handler does not do, and for how long it may come (RFC 9111 section 4.3). */
export function validationLimitCases(host: TestHost): void {
  describe('the limits of validation', () => {
    test('34. a 304 with the ETag of another response confirms nothing: the next request is plain', async () => {
      const app = await startStored(host, (run) =>
        run === 2 ? { status: 304, headers: { ETag: '"b"', 'X-New': '2' } } : { body: 'new' },
      );
      app.clock.advance(11_000);
      const answer = await app.get('/');
      expect([answer.status, answer.text, answer.headers['x-new']]).toEqual([200, 'page', undefined]);
      expect(answer.cacheStatus).toBe('fwd=stale; fwd-status=304; detail=OTHER-ETAG');
      expect(await app.get('/')).toMatchObject({ text: 'new', cacheStatus: 'fwd=miss; stored' });
      expect(app.asked[2]).toEqual({});
    });

    test.each([
      ['no-store', { 'Cache-Control': 'no-store' }, 'NO-STORE'],
      ['private', { 'Cache-Control': 'private' }, 'PRIVATE'],
      ['Vary: *', { Vary: '*' }, 'VARY-STAR'],
      ['a cookie', { 'Set-Cookie': 'a=1' }, 'SET-COOKIE'],
    ])('35. a 304 that now says %s: its client is answered, nobody else', async (_what, headers, reason) => {
      const app = await startStored(host, (run) => (run === 2 ? { status: 304, headers } : { body: 'new' }));
      app.clock.advance(11_000);
      const answer = await app.get('/');
      expect([answer.status, answer.text]).toEqual([200, 'page']);
      expect(answer.cacheStatus).toBe(`fwd=stale; fwd-status=304; detail=${reason}`);
      expect(answer.headers['set-cookie']).toBe('Set-Cookie' in headers ? 'a=1' : undefined);
      expect((await app.get('/')).text).toBe('new');
      expect(app.asked[2]).toEqual({});
    });

    test('a 304 that adds Vary: the response is the answer to such requests only', async () => {
      const app = await startStored(host, (run) =>
        run === 2 ? { status: 304, headers: { Vary: 'X-A' } } : { body: 'other' },
      );
      app.clock.advance(11_000);
      await app.get('/', { 'x-a': '1' });
      expect(await app.get('/', { 'x-a': '1' })).toMatchObject({ text: 'page', cacheStatus: 'hit; ttl=10' });
      expect((await app.get('/', { 'x-a': '2' })).text).toBe('other');
    });

    test('31. a stored response other than a 200 is fetched plainly', async () => {
      const first = { ...PAGE, status: 404 };
      const app = await startStored(host, () => ({ body: 'new' }), { negativeTtl: '10s', ttl: '10s' }, first);
      app.clock.advance(11_000);
      expect(await app.get('/')).toMatchObject({ text: 'new', cacheStatus: 'fwd=miss; stored' });
      expect(app.asked[1]).toEqual({});
    });

    test('the handler is not asked about an ETag that the cache made', async () => {
      const app = await startStored(
        host,
        () => ({ body: 'new' }),
        { ...RULE, staleIfError: '1m' },
        { body: 'page' },
      );
      expect((await app.get('/')).headers['etag']).toBeDefined();
      app.clock.advance(11_000);
      expect((await app.get('/')).text).toBe('new');
      expect(app.asked[1]).toEqual({});
    });

    test('a 304 that nobody asked for is passed on and not stored', async () => {
      const app = await startOne(host, RULE, () => NOT_MODIFIED);
      expect(await app.get('/')).toMatchObject({ status: 304, cacheStatus: 'fwd=miss; detail=STATUS' });
    });

    test('it is kept for an hour to be confirmed, not longer', async () => {
      const app = await startStored(host, () => ({ ...NOT_MODIFIED, headers: { ETag: '"a"' } }));
      app.clock.advance(10_000 + 3_599_000);
      expect((await app.get('/')).cacheStatus).toBe('fwd=stale; fwd-status=304; stored');
      app.clock.advance(10_000 + 3_600_000);
      expect((await app.get('/')).status).toBe(304);
      expect(app.asked.map((asked) => asked['if-none-match'])).toEqual([undefined, '"a"', undefined]);
    });

    test('what is only kept to be confirmed stands in for no error', async () => {
      const app = await startStored(host, () => ({ status: 503, body: 'down' }));
      app.clock.advance(11_000);
      expect(await app.get('/')).toMatchObject({ status: 503, text: 'down' });
      expect((await app.get('/')).status).toBe(503);
    });

    test('53. an error within the error window is answered with what is stored, and does not make it fresh', async () => {
      const app = await startStored(host, () => ({ status: 503 }), { ...RULE, staleIfError: '20s' });
      app.clock.advance(11_000);
      expect(await app.get('/')).toMatchObject({ status: 200, text: 'page' });
      app.clock.advance(19_000);
      expect((await app.get('/')).status).toBe(503);
    });

    test('56. a background refresh asks for confirmation too; one that fails leaves the response in its window', async () => {
      const app = await startStored(host, (run) => (run === 2 ? { status: 503 } : NOT_MODIFIED), {
        ...RULE,
        swr: '1m',
      });
      app.clock.advance(11_000);
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=-1');
      await eventually(() => app.calls() === 2 && app.events.some(({ type }) => type === 'refresh-failed'));
      expect((await app.get('/')).text).toBe('page');
      app.clock.advance(2000);
      expect((await app.get('/')).text).toBe('page');
      await eventually(() => app.events.filter(({ type }) => type === 'stored').length === 2);
      expect(await app.get('/')).toMatchObject({ text: 'page', cacheStatus: 'hit; ttl=10' });
      expect(app.asked[2]).toEqual({ 'if-none-match': '"a"' });
    });

    test('a 304 keeps the tags of what it confirms', async () => {
      const app = await startOne(host, RULE, (_run, req, control) => {
        const isKnown = req.headers['if-none-match'] === '"a"';
        control.tag(isKnown ? 'second' : 'first');
        return isKnown ? NOT_MODIFIED : PAGE;
      });
      for (const tag of ['first', 'second']) {
        await app.get('/');
        app.clock.advance(11_000);
        await app.get('/');
        expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
        await app.cache.invalidate({ tags: [tag] });
        expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
        app.clock.advance(11_000);
      }
    });

    test('what is invalidated while the handler confirms it is not used again', async () => {
      const { opened, open } = gate();
      const app = await startStored(host, (run) =>
        run === 2 ? opened.then(() => NOT_MODIFIED) : { body: 'new' },
      );
      app.clock.advance(11_000);
      const confirmed = app.get('/');
      await eventually(() => app.calls() === 2);
      await app.cache.invalidate({ paths: ['/'] });
      open();
      expect((await confirmed).text).toBe('page');
      expect((await app.get('/')).text).toBe('new');
      expect(app.asked[2]).toEqual({});
    });

    test(`what was invalidated as 'stale' is confirmed`, async () => {
      const app = await startStored(host);
      await app.cache.invalidate({ paths: ['/'], mode: 'stale' });
      expect((await app.get('/')).cacheStatus).toBe('fwd=stale; fwd-status=304; stored');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
    });

    test(`the rule's own Cache-Control does not become the lifetime of what is confirmed`, async () => {
      const app = await startStored(host, () => NOT_MODIFIED, { ttl: '1m', cacheControl: 'max-age=5' });
      app.clock.advance(61_000);
      expect((await app.get('/')).headers['cache-control']).toBe('max-age=5');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
    });

    test(`with unkeyed: 'strip' the handler sees the conditions of the cache and no others`, async () => {
      const app = await startStored(host, () => NOT_MODIFIED, { ...RULE, unkeyed: 'strip' });
      app.clock.advance(11_000);
      expect((await app.get('/', { 'if-none-match': '"x"' })).status).toBe(200);
      expect(app.asked[1]).toEqual({ 'if-none-match': '"a"' });
    });

    test('a HEAD changes nothing that is stored, and gets it in place of an error', async () => {
      const app = await startStored(
        host,
        (run) => (run === 2 ? { status: 200, headers: { ETag: '"b"' } } : { status: 503 }),
        { ...RULE, staleIfError: '1m' },
      );
      app.clock.advance(11_000);
      const head = await app.send('HEAD', '/');
      expect([head.headers['etag'], head.cacheStatus]).toEqual(['"b"', 'fwd=stale']);
      const spared = await app.send('HEAD', '/');
      expect([spared.status, spared.headers['etag'], spared.text]).toEqual([200, '"a"', '']);
      expect(spared.headers['content-length']).toBe('4');
      expect(spared.cacheStatus).toBe('fwd=stale; fwd-status=503; detail=STALE-IF-ERROR');
      expect(await app.get('/')).toMatchObject({ status: 200, text: 'page' });
    });
  });
}
