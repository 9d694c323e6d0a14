import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { startOne } from './app.js';
import type { TestHost, TestRequest } from './host.js';

const thrown = (): never => {
  throw new Error('thrown on purpose');
};

/** Values that are good for nothing, as JavaScript has them where TypeScript sees none. */
const NONSENSE: readonly (readonly [title: string, call: () => unknown])[] = [
  ['throws', thrown],
  ['throws undefined', () => (([] as unknown[])[0] as () => void)()],
  ['returns null', () => null],
  ['returns NaN', () => NaN],
  ['returns a number', () => 7],
  ['returns an empty text', () => ''],
  ['returns an object', () => ({})],
  ['returns an array of nothing', () => [undefined]],
  ['returns a promise', () => Promise.resolve('later')],
  ['returns a promise that rejects', () => Promise.reject(new Error('rejected on purpose'))],
];

/** K02: a function of a rule that throws or returns nonsense is reported, and the request is served without the cache. */
export function ruleFunctionCases(host: TestHost): void {
  describe.each(['key', 'by', 'bypass', 'tags'] as const)('K02 the function %s of a rule', (name) => {
    const more: typeof NONSENSE = {
      key: [['returns an empty array', () => []] as const, ['returns a boolean', () => true] as const],
      by: [['returns an array', () => ['a']] as const, ['returns a boolean', () => false] as const],
      bypass: [['returns undefined', () => undefined] as const, ['returns a text', () => 'yes'] as const],
      tags: [
        ['returns undefined', () => undefined] as const,
        ['returns a text', () => 'tag'] as const,
        ['returns an empty tag', () => ['a', '']] as const,
        ['returns a tag with a line break', () => ['a\r\nb']] as const,
        ['returns a tag of 257 bytes', () => ['x'.repeat(257)]] as const,
        ['returns 65 tags', () => Array.from({ length: 65 }, (_, at) => `tag ${at}`)] as const,
      ],
    }[name];

    test.each([...NONSENSE, ...more])('%s', async (_title, call) => {
      const rule = { ttl: '1m', [name]: call } as Rule<TestRequest>;
      const app = await startOne(host, rule, (run) => ({ body: `run ${run}` }));
      for (const run of [1, 2]) {
        const { status, text, cacheStatus } = await app.get('/');
        expect([status, text]).toEqual([200, `run ${run}`]);
        expect(cacheStatus).toMatch(
          name === 'tags' ? /^fwd=miss; detail=RULE-FUNCTION$/ : /^fwd=bypass; detail=RULE-FUNCTION$/,
        );
      }
      expect(app.cache.stats().stored).toBe(0);
      const failed = app.events.filter(({ type }) => type === 'rule-failed');
      expect(failed).toMatchObject(
        [1, 2].map(() => ({
          url: '/',
          error: { code: 'ERR_RULE_FUNCTION', message: expect.stringContaining(name) },
        })),
      );
    });
  });
}
