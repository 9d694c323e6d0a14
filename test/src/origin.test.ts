import { setTimeout as sleep } from 'node:timers/promises';
import { type Cache, createCache, type DataRule } from '@shelflife/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OriginServer, startOrigin } from '../support/servers/origin.js';

/** A look-up: what it gave, or the error, and how long that took. */
interface Answer {
  readonly value: number | undefined;
  readonly error?: unknown;
  readonly ms: number;
}

let origin: OriginServer;
let cache: Cache;
/** Loads that asked the origin. */
let calls: number;
/** The signal of the last one. */
let last: AbortSignal;

beforeAll(async () => void (origin = await startOrigin()));
beforeEach(async () => {
  await origin.kill();
  await origin.restart();
  cache = createCache();
  calls = 0;
});
afterEach(() => cache.close());
afterAll(() => origin.stop());

/** Asks once; what the origin does not have is `undefined`, what it cannot say is an error. */
async function ask(rule: DataRule<number | undefined>, path = '/'): Promise<Answer> {
  const started = performance.now();
  const load = async ({ signal }: { readonly signal: AbortSignal }): Promise<number | undefined> => {
    calls++;
    last = signal;
    const response = await fetch(origin.url + path, { signal });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(String(response.status));
    return Number(await response.text());
  };
  const answer = await cache.wrap('key', load, rule).then(
    (value) => ({ value }),
    (error: unknown) => ({ value: undefined, error }),
  );
  return { ...answer, ms: performance.now() - started };
}

/** Asks again and again, one call every 10 ms at most, for some time. */
async function stream(
  ms: number,
  rule: DataRule<number | undefined>,
  path?: string,
): Promise<{ readonly answers: readonly Answer[]; readonly ms: number; readonly calls: number }> {
  const [started, before] = [performance.now(), calls];
  const answers: Answer[] = [];
  while (performance.now() - started < ms) {
    answers.push(await ask(rule, path));
    await sleep(10);
  }
  return { answers, ms: performance.now() - started, calls: calls - before };
}

const slow = (answers: readonly Answer[], ms: number): number =>
  answers.filter((answer) => answer.ms >= ms).length;
const errors = (answers: readonly Answer[]): readonly unknown[] =>
  answers.flatMap(({ error }) => (error === undefined ? [] : [error]));

// Upper bounds of times are for a machine that has other work to do.
const TIMED = { retry: 2, timeout: 30_000 };

describe('an origin that is killed', () => {
  const rule: DataRule<number | undefined> = { ttl: '50ms', staleIfError: '1m', retryAfter: '400ms' };

  test('what was stored stands in, and it is asked once in `retryAfter`', TIMED, async () => {
    expect((await ask(rule)).value).toBe(1);
    await origin.kill();
    await sleep(60);
    const down = await stream(2000, rule);
    expect(errors(down.answers)).toEqual([]);
    expect(new Set(down.answers.map(({ value }) => value))).toEqual(new Set([1]));
    expect(down.calls).toBeGreaterThanOrEqual(2);
    expect(down.calls).toBeLessThanOrEqual(down.ms / 400 + 1);
    await origin.restart();
    await expect
      .poll(async () => (await ask(rule), calls), { timeout: 5000 })
      .toBeGreaterThan(down.calls + 1);
    expect(errors([await ask(rule)])).toEqual([]);
  });

  test('with nothing stored all get the error; nothing of it is left when it is back', TIMED, async () => {
    await origin.kill();
    const [one, other] = await Promise.all([ask(rule), ask(rule)]);
    expect([one.error, other.error]).toEqual([expect.any(TypeError), expect.any(TypeError)]);
    expect(calls).toBe(1);
    await origin.restart();
    expect((await ask(rule)).value).toBe(1);
  });
});

describe('an origin that hangs (SIGSTOP)', () => {
  const timeout = { soft: '200ms', hard: '1s' } as const;
  afterEach(() => origin.resume());

  test(
    'what was stored comes after `timeout.soft`, then at once; it is new when it answers again',
    TIMED,
    async () => {
      const rule: DataRule<number | undefined> = { ttl: '50ms', staleIfError: '1m', timeout };
      await ask(rule);
      origin.pause();
      await sleep(60);
      const first = await ask(rule);
      expect([first.value, first.ms >= 195, first.ms < 900]).toEqual([1, true, true]);
      const hung = await stream(2500, rule);
      expect(errors(hung.answers)).toEqual([]);
      // One waits each time that a second, the default of `retryAfter`, is over.
      expect(slow(hung.answers, 190)).toBeLessThanOrEqual(hung.ms / 1000 + 1);
      expect(hung.calls).toBeLessThanOrEqual(hung.ms / 1000 + 1);
      origin.resume();
      await expect.poll(async () => (await ask(rule)).value, { timeout: 5000 }).toBeGreaterThan(1);
    },
  );

  test(
    'with nothing stored the error comes after `timeout.hard`, and the request is given up',
    TIMED,
    async () => {
      origin.pause();
      const all = await Promise.all([ask({ ttl: '1m', timeout }), ask({ ttl: '1m', timeout })]);
      for (const { error, ms } of all) {
        expect(error).toMatchObject({ code: 'ERR_TIMEOUT' });
        expect([ms >= 990, ms < 2000]).toEqual([true, true]);
      }
      expect([calls, last.aborted]).toEqual([1, true]);
    },
  );

  test('with `swr` nobody waits, and one load at a time tries', TIMED, async () => {
    const rule: DataRule<number | undefined> = { ttl: '50ms', swr: '1m', timeout, retryAfter: '300ms' };
    await ask(rule);
    origin.pause();
    await sleep(60);
    const hung = await stream(2000, rule);
    expect(errors(hung.answers)).toEqual([]);
    expect(slow(hung.answers, 190)).toBe(0);
    expect(hung.calls).toBeLessThanOrEqual(hung.ms / 1300 + 1);
  });
});

describe('an origin that is slow', () => {
  test(
    'the load goes on behind the stale value that `timeout.soft` gives, and is not started twice',
    TIMED,
    async () => {
      const rule: DataRule<number | undefined> = {
        ttl: '50ms',
        staleIfError: '1m',
        timeout: { soft: '100ms' },
      };
      await ask(rule);
      await sleep(60);
      const late: DataRule<number | undefined> = { ...rule, ttl: '1m' };
      const first = await ask(late, '/slow/800');
      expect([first.value, first.ms >= 95, first.ms < 700]).toEqual([1, true, true]);
      await expect.poll(async () => (await ask(late, '/slow/800')).value, { timeout: 5000 }).toBe(2);
      expect(calls).toBe(2);
    },
  );

  test('`refreshAhead`: who keeps asking never waits', TIMED, async () => {
    const rule: DataRule<number | undefined> = { ttl: '1s', refreshAhead: 0.4 };
    const first = await ask(rule, '/slow/200');
    expect(first.ms).toBeGreaterThanOrEqual(195);
    const { answers, ms, calls: loads } = await stream(3000, rule, '/slow/200');
    expect(slow(answers, 195)).toBe(0);
    expect(Math.max(...answers.map(({ value }) => value!))).toBeGreaterThan(3);
    expect(loads).toBeLessThanOrEqual(ms / 600 + 1);
  });
});

test(
  'an origin that flaps: nobody sees an error, it is not asked more often, and values move on',
  TIMED,
  async () => {
    const rule: DataRule<number | undefined> = { ttl: '50ms', staleIfError: '1m', retryAfter: '100ms' };
    await ask(rule);
    const { answers, ms, calls: loads } = await stream(2000, rule, '/flapping');
    expect(errors(answers)).toEqual([]);
    expect(new Set(answers.map(({ value }) => value)).size).toBeGreaterThan(2);
    // At least 50 ms after a load that has succeeded, and 100 ms after one that has failed.
    expect(loads).toBeLessThanOrEqual(ms / 50 + 1);
    const values = answers.map(({ value }) => value!);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  },
);

test(
  '`negativeTtl`: what it does not have is asked for once; that it cannot be asked is no answer',
  TIMED,
  async () => {
    const rule: DataRule<number | undefined> = { ttl: '1m', negativeTtl: '1s' };
    const { answers, calls: loads } = await stream(500, rule, '/missing');
    expect([errors(answers), loads]).toEqual([[], 1]);
    await origin.kill();
    await sleep(1000);
    expect((await ask(rule, '/missing')).error).toBeInstanceOf(TypeError);
    await origin.restart();
    expect((await ask(rule)).value).toBe(1);
  },
);
