import { describe, expect, test } from 'vitest';
import { type CacheEvent, createEmitter } from '../events.js';
import type { Headers, RefreshRequest, RequestView } from '../http/message.js';
import { type KeyPlan, planKey } from '../key/key.js';
import { resolveRule } from '../rule/resolve.js';
import type { Rule } from '../rule/rule.js';
import { fakeClock } from '../testing/fake-clock.js';
import { storedResponse, viewOf } from '../testing/made.js';
import { createRefresher } from './refresh.js';

interface Sent extends RefreshRequest {
  /** Ends the request: with an answer, or with an error. */
  end(error?: unknown): Promise<void>;
}

function start() {
  const clock = fakeClock();
  const events: CacheEvent[] = [];
  const emitter = createEmitter();
  emitter.on('*', (event) => events.push(event));
  const sent: Sent[] = [];
  let started = 0;
  const refresher = createRefresher(clock, emitter, () => started++);

  const reenter: NonNullable<RequestView['reenter']> = (request) =>
    new Promise((resolve, reject) => {
      const end = (error?: unknown): Promise<void> => {
        if (error === undefined) resolve();
        else reject(error);
        return new Promise((later) => setImmediate(later));
      };
      sent.push({ ...request, end });
    });

  function meet(
    view: Partial<RequestView> = {},
    options: Rule = {},
    varyNames: readonly string[] = [],
    host: Pick<RequestView, 'reenter'> = { reenter },
  ): boolean {
    const whole = viewOf({ ...host, ...view });
    const rule = resolveRule('rule', options);
    const plan = planKey(whole, rule) as KeyPlan;
    const found = { key: whole.url, stored: storedResponse(), standing: 'stale', varyNames } as const;
    return refresher.start(whole, rule, plan, found);
  }

  const failed = (): readonly CacheEvent[] => events.filter(({ type }) => type === 'refresh-failed');
  return { clock, refresher, sent, meet, failed, started: () => started };
}

describe('the request of a refresh', () => {
  const HEADERS: Headers = {
    'x-lang': 'de',
    'accept-language': ['de', 'fr'],
    'x-forwarded-proto': 'https',
    cookie: 'session=1; theme=dark',
    authorization: 'Bearer 1',
    'if-none-match': '"1"',
    'user-agent': 'x',
  };
  const SHAPING = { 'x-forwarded-proto': 'https' };

  test.each<[string, Rule, readonly string[], Headers]>([
    ['nothing but what shapes links', {}, [], SHAPING],
    ['the fields of the rule', { vary: ['x-lang'] }, [], { ...SHAPING, 'x-lang': 'de' }],
    ['the fields that select', {}, ['accept-language'], { ...SHAPING, 'accept-language': 'de, fr' }],
    ['no field that is absent', { vary: ['x-absent'] }, [], SHAPING],
    ['allowed cookies', { cookies: { allow: ['theme', 'x'] } }, [], { ...SHAPING, cookie: 'theme=dark' }],
    ['no cookies when none of them counts', { cookies: { allow: ['x'] } }, [], SHAPING],
    ['no cookies that are ignored', { cookies: 'ignore' }, [], SHAPING],
  ])('carries %s', (_title, rule, varyNames, headers) => {
    const { meet, sent } = start();
    expect(meet({ url: '/p?a=1', scheme: 'https', headers: HEADERS }, rule, varyNames)).toBe(true);
    expect(sent).toMatchObject([{ url: '/p?a=1', authority: 'shop.example', scheme: 'https' }]);
    expect(sent[0]!.headers).toEqual(headers);
  });

  test('asks for what the handler may see', () => {
    const { meet, sent } = start();
    meet({ url: '/p?utm_x=1&a=1' }, { query: { ignore: ['utm_*'] } });
    expect(sent[0]!.url).toBe('/p?a=1');
  });

  test('is not sent with a user context, nor when the host cannot be entered', () => {
    const { meet, sent, started } = start();
    expect([meet({}, { by: () => 'editor' }), meet({}, {}, [], {})]).toEqual([false, false]);
    expect([sent.length, started()]).toEqual([0, 0]);
  });
});

describe('a refresh', () => {
  test('is one at a time for each key', async () => {
    const { meet, sent, started } = start();
    expect([meet(), meet(), meet({ url: '/other' })]).toEqual([true, true, true]);
    expect(sent.map(({ url }) => url)).toEqual(['/', '/other']);
    expect(started()).toBe(2);
  });

  test('that stored something may be followed by the next', async () => {
    const { meet, sent, refresher, failed } = start();
    meet();
    refresher.resume('/');
    await sent[0]!.end();
    expect(refresher.isPaused('/')).toBe(false);
    meet();
    expect(sent.length).toBe(2);
    expect(failed()).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['that stored nothing', undefined],
    ['that failed', new Error('on purpose')],
  ])('%s is followed by a pause of a second, also when it took longer than that', async (_title, error) => {
    const { clock, meet, sent, refresher, failed } = start();
    meet();
    clock.advance(5000);
    await sent[0]!.end(error);
    expect(failed()).toEqual([{ type: 'refresh-failed', url: '/', ...(error !== undefined && { error }) }]);
    clock.advance(999);
    expect([meet(), sent.length, refresher.isPaused('/')]).toEqual([true, 1, true]);
    clock.advance(1);
    expect([meet(), sent.length]).toEqual([true, 2]);
  });

  test('is ended after 30 seconds', async () => {
    const { clock, meet, sent } = start();
    meet();
    clock.advance(29_999);
    expect(sent[0]!.signal.aborted).toBe(false);
    clock.advance(1);
    expect(sent[0]!.signal.aborted).toBe(true);
    await sent[0]!.end(new Error('aborted'));
    expect(clock.pending).toBe(0);
  });

  test('is ended when the cache closes', () => {
    const { meet, sent, refresher } = start();
    meet();
    refresher.close();
    expect(sent[0]!.signal.aborted).toBe(true);
  });

  test('waits when 64 are under way', async () => {
    const { meet, sent } = start();
    for (let at = 0; at < 70; at++) expect(meet({ url: `/${at}` })).toBe(true);
    expect(sent.length).toBe(64);
    await sent[0]!.end();
    meet({ url: '/69' });
    expect(sent.length).toBe(65);
  });

  test('remembers the pauses of 10,000 keys', () => {
    const { refresher } = start();
    for (let at = 0; at <= 10_000; at++) refresher.pause(`${at}`);
    expect(['0', '1', '10000'].map((key) => refresher.isPaused(key))).toEqual([false, true, true]);
  });
});
