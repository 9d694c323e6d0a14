import { describe, expect, test } from 'vitest';
import { createCache } from './cache.js';
import type { CacheOptions } from './options.js';

describe('options that are wrong are refused at start, with the fix', () => {
  test.each<[unknown, string]>([
    [{ tll: '5m' }, `createCache().tll: unknown option. Known options:`],
    [{ default: {} }, `createCache().default: unknown option. Did you mean 'defaults'?`],
    [7, 'createCache(): expected an object of options, got 7 (number).'],
    [
      { ttl: '5m' },
      'createCache().ttl: this is an option of rules. Write createCache({ defaults: { ttl: … } }).',
    ],
    [{ name: 'my cache' }, `name: expected a token such as 'shop-cache', got 'my cache'.`],
    [{ name: '' }, `name: expected a token such as 'shop-cache', got ''.`],
    [{ namespace: 7 }, `namespace: expected a string such as 'shop-v2', got 7 (number).`],
    [{ store: {} }, 'store: expected an object with get, set and delete, got an object.'],
    [{ advice: 'no' }, `advice: expected true or false, got 'no'.`],
    [{ store: null }, 'store: expected an object with get, set and delete, got null.'],
    [{ memory: { maxsize: 1 } }, `memory.maxsize: unknown option. Did you mean 'maxSize'?`],
    [{ memory: { maxSize: '64 mb' } }, `memory.maxSize: expected`],
    [{ memory: { maxSize: 64 } }, `memory.maxSize: expected at least 16kb, got 64 (number). Write '64mb'`],
    [{ memory: { maxSize: -1 } }, `memory.maxSize: expected`],
    [
      { memory: { maxEntries: 0 } },
      'memory.maxEntries: expected a whole number of at least 1, got 0 (number).',
    ],
    [{ memory: { maxEntries: NaN } }, 'memory.maxEntries: expected a whole number of at least 1, got NaN'],
    [{ memory: { policy: 'random' } }, `memory.policy: expected `],
    [
      { defaults: { ttl: 300 } },
      `defaults.ttl: expected a duration such as '5m', got 300 (number). Write '300s'`,
    ],
    [
      { profiles: { page: { ttl: '5 minutes' } } },
      `profiles.page.ttl: expected a duration such as '5m', got`,
    ],
    [{ profiles: { page: { tags: 'a' } } }, 'profiles.page.tags: expected'],
  ])('%j', (options, message) => {
    const call = (): unknown => createCache(options as CacheOptions);
    expect(call).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(message) as string }),
    );
  });
});

describe('a rule', () => {
  test.each<[unknown, string]>([
    [{ tll: '5m' }, `rule.tll: unknown option. Did you mean 'ttl'?`],
    [{ ttl: 300 }, `rule.ttl: expected a duration such as '5m', got 300 (number). Write '300s' or '300ms'.`],
    [{ ttl: '5 minutes' }, `rule.ttl: expected a duration such as '5m', got '5 minutes'. Write '5m'.`],
    [
      { ttl: '-5m' },
      `rule.ttl: expected a duration such as '5m', got '-5m'. A duration cannot be negative. Write 0 for none.`,
    ],
    [{ swr: NaN }, `rule.swr: expected a duration such as '5m', got NaN (number).`],
    [{ ttl: '' }, `rule.ttl: expected a duration such as '5m', got ''.`],
    ['catalog', `rule: there is no profile 'catalog'. Known profiles: 'catalogue', 'page'.`],
    [null, 'rule: expected an object of options, got null.'],
  ])('%j is refused with the fix', (rule, message) => {
    const cache = createCache({ profiles: { catalogue: {}, page: {} } });
    expect(() => cache.rule(rule as never)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(message) as string }),
    );
  });

  test('a name is refused by a cache without profiles', () => {
    const message = `rule: there is no profile 'page'. createCache() was given no profiles.`;
    expect(() => createCache().rule('page')).toThrow(message);
  });

  test('starts from the defaults of the cache, and so does a profile', () => {
    const cache = createCache({ defaults: { ttl: '1m', swr: '2m' }, profiles: { page: { swr: '3m' } } });
    expect(cache.rule()).toMatchObject({ ttl: 60_000, swr: 120_000 });
    expect(cache.rule({ ttl: '9s' })).toMatchObject({ ttl: 9000, swr: 120_000 });
    expect(cache.rule('page')).toMatchObject({ ttl: 60_000, swr: 180_000 });
    expect(cache.rule(cache.rule('page'))).toEqual(cache.rule('page'));
  });
});
