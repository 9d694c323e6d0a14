import { describe, expect, test } from 'vitest';
import { redisLog, redisStore } from './index.js';

const ADDRESS = `redisStore().url: expected a URL such as 'redis://127.0.0.1:6379', got`;
const PREFIX = 'redisStore().keyPrefix: expected up to 40 visible ASCII characters without braces, got';

describe('redisStore() refuses', () => {
  test.each<[string, unknown, string]>([
    [
      'a name that is nearly one',
      { uri: 'redis://a' },
      `redisStore().uri: unknown option. Did you mean 'url'?`,
    ],
    [
      'a text',
      'redis://a',
      `redisStore(): expected an object of options, got 'redis://a'. Known options: client, url, options, keyPrefix, retention, maxInvalidations, deadline, maxValueSize.`,
    ],
    ['an address without a scheme', { url: 'localhost:6379' }, `${ADDRESS} 'localhost:6379'.`],
    ['another scheme', { url: 'https://a:b@c' }, `${ADDRESS} 'https://…@c'.`],
    ['a broken address, without its password', { url: 'redis://u:secret@[' }, `${ADDRESS} 'redis://…@['.`],
    [
      'two addresses',
      { url: 'redis://a', options: { host: 'a' } },
      'redisStore(): got url and options. Give one of client, url and options.',
    ],
    [
      'what is no client',
      { client: { get() {} } },
      `redisStore().client: expected a Redis or Cluster of ioredis, got an object. Write new Redis('redis://…').`,
    ],
    [
      'options that are none',
      { options: 'a' },
      `redisStore().options: expected an object such as { host, port }, got 'a'.`,
    ],
    ['braces in a prefix', { keyPrefix: 'a{b}' }, `${PREFIX} 'a{b}'.`],
    ['a prefix with a space', { keyPrefix: 'a b' }, `${PREFIX} 'a b'.`],
    [
      'no time at all',
      { deadline: 0 },
      `redisStore().deadline: expected a duration such as '50ms', got 0 (number).`,
    ],
    [
      'no retention',
      { retention: '0' },
      `redisStore().retention: expected a duration such as '7d', got '0'.`,
    ],
    [
      'half an invalidation',
      { maxInvalidations: 0.5 },
      'redisStore().maxInvalidations: expected a whole number of at least 1, got 0.5 (number).',
    ],
    [
      'more than Redis takes',
      { maxValueSize: '1gb' },
      `redisStore().maxValueSize: expected at most '512mb', got '1gb'.`,
    ],
  ])('%s', (_, options, message) => {
    const call = (): unknown => redisStore(options as object);
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message }));
  });
});

test('redisLog() has no options of a store', () => {
  expect(() => redisLog({ deadline: '1s' } as object)).toThrow('redisLog().deadline: unknown option.');
});
