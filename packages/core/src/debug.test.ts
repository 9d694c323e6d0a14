import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createCache } from './cache.js';
import { debugLine } from './debug.js';
import { ShelflifeError } from './errors.js';
import type { CacheEvent } from './events.js';
import { viewOf } from './testing/made.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test.each<[CacheEvent, string | undefined]>([
  [{ type: 'hit', url: '/a', ttl: 57_300, collapsed: true }, 'shop /a hit ttl=57 collapsed'],
  [{ type: 'forward', url: '/a', fwd: 'bypass', detail: 'COOKIE' }, 'shop /a fwd=bypass COOKIE'],
  [{ type: 'forward', url: '/a', fwd: 'miss' }, 'shop /a fwd=miss'],
  [
    { type: 'stored', url: '/a', ttl: 60_000, size: 5, tags: ['x', 'y'] },
    'shop /a stored ttl=60 bytes=5 tags=x,y',
  ],
  [{ type: 'not-stored', url: '/a', reason: 'PRIVATE' }, 'shop /a not-stored PRIVATE'],
  [{ type: 'invalidated', names: ['t:a'], mode: 'stale', position: 1 }, 'shop invalidated stale t:a'],
  [{ type: 'refresh', url: '/a' }, 'shop /a refresh'],
  [
    { type: 'rule-failed', url: '/a', error: new ShelflifeError('ERR_RULE_FUNCTION', 'rule.by failed: no') },
    'shop /a rule-failed rule.by failed: no',
  ],
  [
    { type: 'store-failed', operation: 'get', error: new ShelflifeError('ERR_STORE', 'store.get: too slow') },
    'shop store-failed get store.get: too slow',
  ],
  [{ type: 'unkeyed', url: '/a', header: 'x' }, undefined],
  [
    { type: 'forward', url: '/a\r\nshop /b hit\u001B[0mü', fwd: 'miss' },
    'shop /a??shop /b hit?[0m? fwd=miss',
  ],
])('%j', (event, line) => {
  expect(debugLine('shop', event)).toBe(line);
});

test.each([
  ['1', ['shelflife / fwd=bypass COOKIE\n']],
  ['', []],
])('SHELFLIFE_DEBUG=%s', async (value, lines) => {
  vi.stubEnv('SHELFLIFE_DEBUG', value);
  const written: unknown[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(text) > 0);
  const cache = createCache();
  onTestFinished(() => cache.close());
  await cache.open(viewOf({ headers: { cookie: 'a=b' } }), cache.rule({ ttl: '1m' }));
  expect(written).toEqual(lines);
});
