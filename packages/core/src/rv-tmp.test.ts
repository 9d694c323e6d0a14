import { nodeHost } from './testing/adapter/node-host.js';
import { validationAudienceCases } from './testing/adapter/validation-audience.js';
import { describe, expect, test } from 'vitest';
import { startApp, startOne, gate, eventually } from './testing/adapter/app.js';
validationAudienceCases(nodeHost);
const host = nodeHost;
describe('probes', () => {
  test('told {} and *', async () => {
    const app = await startApp(host, [{ method: 'PUT', path: '/p', rule: { validators: () => ({}) }, answer: () => ({ status: 204 }) },
      { path: '/p', rule: { validators: () => ({}), ttl: '1m' }, answer: () => ({ body: 'x' }) }]);
    expect((await app.send('PUT', '/p', { 'if-none-match': '*' }, 'x')).status).toBe(204);
    expect((await app.get('/p', { 'if-none-match': '*' })).cacheStatus).toBe('fwd=miss; stored');
  });
  test('cdn of targeted private', async () => {
    for (const cc of ['private', 'no-store', 'no-cache']) {
    const app = await startOne(host, { targeted: ['my-cache-control'], cdn: { maxAge: '1h', tags: true }, tags: ['a'] }, () => ({ headers: { 'Cache-Control': cc, 'My-Cache-Control': 'max-age=60' }, body: 'x' }));
    const r = await app.get('/');
    console.log(cc, r.cacheStatus, r.headers);
    }
  });
  test('told label after invalidation', async () => {
    let version = 1; let hold = false; const g = gate();
    const app = await startOne(host, { ttl: '1m', staleIfError: '1m', tags: ['t'], validators: async () => { const v = version; return { etag: `"v${v}"` }; } },
      async () => { if (hold) { hold = false; await g.opened; return { status: 500, body: 'err' , headers: {'cache-control':'no-store'} }; } return { body: `body ${version}` }; });
    await app.get('/');
    expect((await app.get('/')).headers['etag']).toBe('"v1"');
    await app.cache.invalidate({ tags: ['t'] });
    // leader holds
    hold = true;
    const a = app.get('/');
    await eventually(() => app.calls() === 2);
    const b = app.get('/', { 'if-none-match': '"zzz"' });
    await new Promise(r => setTimeout(r, 50));
    version = 2;
    await app.cache.invalidate({ tags: ['t'] });
    g.open();
    console.log((await a).status);
    const rb = await b;
    console.log(rb.text, rb.headers['etag'], rb.cacheStatus); expect(rb.text).toBe('body 2'); expect(rb.headers['etag']).not.toBe('"v1"');
    const c = await app.get('/', { 'if-none-match': '"v1"' });
    console.log('client with v1 body gets', c.status, c.cacheStatus, c.headers['etag']);
  });
  test('no-store + only-if-cached', async () => {
    const app = await startOne(host, { ttl: '1m', clientDirectives: 'honour' }, () => ({ body: 'x' }));
    await app.get('/');
    const r = await app.get('/', { 'cache-control': 'no-store, only-if-cached' });
    const e = app.cache.explain({ url: '/', headers: { host: `127.0.0.1:${app.port}`, 'cache-control': 'no-store, only-if-cached' } }, { ttl: '1m', clientDirectives: 'honour' });
    console.log(r.status, r.cacheStatus, e.cacheStatus);
  });
});
