import { describe, expect, test } from 'vitest';
import { eventually, gate, startOne } from './app.js';
import type { TestHost } from './host.js';
import { PAGE, RULE, startStored } from './stored-page.js';

const PUBLIC = { ...PAGE, headers: { ...PAGE.headers, 'Cache-Control': 'public' } };
const A_USER = { authorization: 'Bearer a' };

/** Whom a 304 of the handler speaks for, and for how long it does. */
export function validationAudienceCases(host: TestHost): void {
  describe('what a 304 means for others than its client', () => {
    test.each<[string, Readonly<Record<string, string>>]>([
      ['says nothing of it', {}],
      ['says private', { 'Cache-Control': 'private' }],
      ['says no-store', { 'Cache-Control': 'no-store' }],
    ])(`nothing, when it answers a request with Authorization and %s`, async (_says, headers) => {
      const mine = { status: 304, headers: { ...headers, 'X-User': 'a' } };
      const app = await startStored(host, (run) => (run === 2 ? mine : { status: 304 }), RULE, PUBLIC);
      app.clock.advance(11_000);
      const own = await app.get('/', A_USER);
      expect([own.text, own.headers['x-user']]).toEqual(['page', 'a']);
      expect(own.cacheStatus).toBe('fwd=stale; fwd-status=304; detail=AUTHORIZATION');
      // Nor may a cache on the way take it for all.
      expect(own.headers['cache-control']).toBe(headers['Cache-Control'] ?? 'private');
      const confirmed = await app.get('/');
      expect(confirmed.cacheStatus).toBe('fwd=stale; fwd-status=304; stored');
      for (const { text, headers: fields } of [confirmed, await app.get('/')]) {
        expect([text, fields['x-user'], fields['cache-control']]).toEqual(['page', undefined, 'public']);
      }
    });

    test('what it says is for all when it says so itself', async () => {
      const mine = { status: 304, headers: { 'Cache-Control': 'public', 'X-New': '2' } };
      const app = await startStored(host, () => mine, RULE, PUBLIC);
      app.clock.advance(11_000);
      await app.get('/', A_USER);
      expect(await app.get('/')).toMatchObject({ cacheStatus: 'hit; ttl=10' });
      expect((await app.get('/')).headers['x-new']).toBe('2');
    });

    test('a bare 304 does not make a response fresh for longer than it was when it was new', async () => {
      const app = await startOne(host, { ttl: '1h' }, (run, _req, control) => {
        if (run > 1) return { status: 304 };
        control.ttl('10s');
        return PAGE;
      });
      await app.get('/');
      for (const _ of [1, 2]) {
        app.clock.advance(11_000);
        await app.get('/');
        expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
      }
    });

    test('what was removed while a request waited for another is not asked about', async () => {
      const { opened, open } = gate();
      const app = await startStored(host, (run) => {
        if (run === 2) return opened.then(() => ({ headers: { 'Cache-Control': 'private' }, body: 'mine' }));
        return { body: 'new' };
      });
      app.clock.advance(11_000);
      const first = app.get('/');
      await eventually(() => app.calls() === 2);
      const before = app.clock.pending;
      const second = app.get('/');
      await eventually(() => app.clock.pending > before);
      await app.cache.invalidate({ paths: ['/'] });
      open();
      expect((await first).text).toBe('mine');
      expect((await second).text).toBe('new');
      expect(app.asked[2]).toEqual({});
    });
  });
}
