import cluster from 'node:cluster';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type AdviceCode, createAdvisor, isOneOfSeveral } from './advice.js';
import { createCache } from './cache.js';
import type { CacheOptions } from './options.js';
import { mapStore } from './testing/map-store.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('an advisor', () => {
  test('names each mistake once, as an event and as a process warning, with the fix', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const told: string[] = [];
    const advise = createAdvisor(true, ({ code, message }) => told.push(`${code}: ${message}`));
    const codes: readonly AdviceCode[] = ['COMPRESSED', 'AFTER-AUTH', 'COMPRESSED', 'CLUSTER', 'AFTER-AUTH'];
    for (const code of codes) advise(code);
    expect(told).toEqual([
      expect.stringMatching(/^COMPRESSED: .*app\.use\(compression\(\)\), then responseCache\(\)\.$/),
      expect.stringMatching(/^AFTER-AUTH: .*Register authentication so that it runs before the cache/),
      expect.stringMatching(/^CLUSTER: .*give createCache\(\) a store that all of them share\.$/),
    ]);
    const warnings = warn.mock.calls.map(([text, options]) => ({ text, ...(options as object) }));
    expect(warnings).toEqual(
      told.map((line) => {
        const [code, text] = line.split(': ', 1).concat(line.slice(line.indexOf(': ') + 2));
        return { text, type: 'ShelflifeAdvice', code };
      }),
    );
  });

  test('that was told to be silent says nothing', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const tell = vi.fn<() => void>();
    createAdvisor(false, tell)('CLUSTER');
    expect([tell, warn].map(({ mock }) => mock.calls)).toEqual([[], []]);
  });
});

test.each([
  [false, {}, false],
  [true, {}, true],
  [false, { NODE_APP_INSTANCE: '1' }, true],
  // What pm2 gives to the only instance of an application, in its two modes.
  [false, { NODE_APP_INSTANCE: '0', pm_id: '3' }, false],
  [true, { NODE_APP_INSTANCE: '0', pm_id: '3' }, false],
])(
  'a process (worker of a cluster: %s, environment: %j) is one of several: %s',
  (isWorker, env, expected) => {
    expect(isOneOfSeveral(isWorker, env)).toBe(expected);
  },
);

describe('a cache in one of several processes', () => {
  async function advised(options: CacheOptions = {}): Promise<readonly string[]> {
    vi.spyOn(process, 'emitWarning').mockReturnValue();
    const heard: string[] = [];
    createCache(options).on('advice', ({ code }) => heard.push(code));
    await new Promise(setImmediate);
    return heard;
  }

  test('with a memory tier only is a mistake', async () => {
    vi.stubEnv('NODE_APP_INSTANCE', '1');
    expect(await advised()).toEqual(['CLUSTER']);
  });

  test('is one in a worker of node:cluster as well', async () => {
    vi.spyOn(cluster, 'isWorker', 'get').mockReturnValue(true);
    expect(await advised()).toEqual(['CLUSTER']);
  });

  test.each<[string, CacheOptions]>([
    ['with a store', { store: mapStore() }],
    ['without a memory tier', { memory: false }],
    ['that wants no advice', { advice: false }],
  ])('%s is none', async (_what, options) => {
    vi.stubEnv('NODE_APP_INSTANCE', '1');
    expect(await advised(options)).toEqual([]);
  });
});
