import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import type { TestHost } from './host.js';

/**
 * RFC 9213: fields that speak to this cache alone. Rows in own words after targeted-cache-control.replay.yaml of
 * trafficserver's tests/gold_tests/cache.
 */
export function targetedCases(host: TestHost): void {
  describe('targeted fields', () => {
    const TARGETED = ['My-Cache-Control', 'CDN-Cache-Control'];
    const [FRESH, KEPT, NOT] = ['max-age=60', 'hit; ttl=60', 'fwd=miss; detail='];
    test.each<[string, Readonly<Record<string, string>>, string]>([
      ['one counts before Cache-Control', { 'CDN-Cache-Control': FRESH, 'Cache-Control': 'no-store' }, KEPT],
      [
        'one forbids what Cache-Control allows',
        { 'CDN-Cache-Control': 'no-store', 'Cache-Control': FRESH },
        `${NOT}NO-STORE`,
      ],
      ['the first of the list counts', { 'CDN-Cache-Control': 'private', 'My-Cache-Control': FRESH }, KEPT],
      ['and is the only one', { 'CDN-Cache-Control': FRESH, 'My-Cache-Control': 'private' }, `${NOT}PRIVATE`],
      ['letter case of names makes no difference', { 'cdn-cache-CONTROL': FRESH }, KEPT],
      ['Expires does not count beside one', { 'CDN-Cache-Control': FRESH, Expires: '0' }, KEPT],
      [
        'nor for one without a lifetime',
        { 'CDN-Cache-Control': 'foo', Expires: 'Fri, 31 Dec 9999 23:59:59 GMT' },
        `${NOT}NO-LIFETIME`,
      ],
      [
        'a malformed one does not count',
        { 'CDN-Cache-Control': 'max-age=60, &&&', 'Cache-Control': 'no-store' },
        `${NOT}NO-STORE`,
      ],
      [
        'nor does one with a lifetime that is no integer',
        { 'CDN-Cache-Control': 'max-age="60"', 'Cache-Control': 'no-store' },
        `${NOT}NO-STORE`,
      ],
      [
        'one that is not listed does not count',
        { 'Other-Cache-Control': 'no-store', 'Cache-Control': FRESH },
        KEPT,
      ],
    ])('%s', async (_title, headers, second) => {
      const app = await startOne(host, { targeted: TARGETED }, () => ({ headers, body: 'x' }));
      await app.get('/');
      expect((await app.get('/')).cacheStatus).toBe(second);
    });

    test('are passed on, on hits too', async () => {
      const headers = { 'CDN-Cache-Control': FRESH };
      const app = await startOne(host, { targeted: TARGETED }, () => ({ headers, body: 'x' }));
      for (const status of ['fwd=miss; stored', KEPT]) {
        const response = await app.get('/');
        expect([response.cacheStatus, response.headers['cdn-cache-control']]).toEqual([status, FRESH]);
      }
    });

    test('mean nothing to a rule that does not name them', async () => {
      const headers = { 'CDN-Cache-Control': 'no-store' };
      const app = await startOne(host, { ttl: '1m' }, () => ({ headers, body: 'x' }));
      await app.get('/');
      expect((await app.get('/')).cacheStatus).toBe(KEPT);
    });
  });
}
