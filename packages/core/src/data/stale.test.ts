import { describe, expect, test } from 'vitest';
import { gate } from '../testing/adapter/app.js';
import { fail, startOrigin } from '../testing/origin.js';
import { settle } from '../testing/step.js';

describe('swr', () => {
  test('a stale value is served at once while one load makes a new one', async () => {
    const origin = await startOrigin({ swr: '5s' });
    origin.clock.advance(10_000);
    const { opened, open } = gate();
    origin.behave = async () => (await opened, 'new');
    expect(await Promise.all([origin.ask(), origin.ask(), origin.ask()])).toEqual([1, 1, 1]);
    expect(origin.runs).toBe(2);
    open();
    await settle();
    expect(await origin.ask()).toBe('new');
  });

  test('behind the window callers wait', async () => {
    const origin = await startOrigin({ swr: '5s' });
    origin.clock.advance(15_000);
    expect(await origin.ask()).toBe(2);
  });

  test('a refresh that fails is tried again after a pause', async () => {
    const origin = await startOrigin({ swr: '1m', retryAfter: '3s' });
    origin.clock.advance(10_000);
    origin.behave = fail;
    for (let at = 0; at < 5; at++) {
      expect(await origin.ask()).toBe(1);
      await settle();
    }
    expect(origin.runs).toBe(2);
    expect(origin.events.filter(({ type }) => type === 'load-failed')).toHaveLength(1);
    origin.clock.advance(3000);
    await origin.ask();
    expect(origin.runs).toBe(3);
  });

  test('what was invalidated as stale is served while it is loaded anew; what was removed is not', async () => {
    const origin = await startOrigin({ swr: '5s' });
    await origin.cache.invalidate({ keys: ['k'], mode: 'stale' });
    expect(await origin.ask()).toBe(1);
    await settle();
    expect(await origin.ask()).toBe(2);
    await origin.cache.invalidate({ keys: ['k'], mode: 'stale' });
    await origin.cache.delete('k');
    expect(await origin.ask()).toBe(3);
  });
});

describe('staleIfError', () => {
  test('a failing origin is asked once in retryAfter, and the stale value stands in', async () => {
    const origin = await startOrigin({ staleIfError: '1m' });
    origin.clock.advance(10_000);
    origin.behave = fail;
    // A minute of one call every 100 ms.
    for (let at = 0; at < 599; at++) {
      expect(await origin.ask()).toBe(1);
      origin.clock.advance(100);
    }
    expect(origin.runs).toBe(1 + 60);
    origin.clock.advance(1000);
    await expect(origin.ask()).rejects.toThrow('down');
  });

  test('a flapping origin is used as soon as it works', async () => {
    const origin = await startOrigin({ staleIfError: '1m' });
    origin.clock.advance(10_000);
    origin.behave = fail;
    expect(await origin.ask()).toBe(1);
    origin.behave = (run) => run;
    expect(await origin.ask()).toBe(1);
    origin.clock.advance(1000);
    expect(await origin.ask()).toBe(3);
  });

  test('what is invalidated while the load fails does not stand in', async () => {
    const origin = await startOrigin({ staleIfError: '1m' });
    origin.clock.advance(10_000);
    const { opened, open } = gate();
    origin.behave = async () => (await opened, fail());
    const asked = origin.ask();
    await origin.cache.delete('k');
    open();
    await expect(asked).rejects.toThrow('down');
  });
});

describe('timeout', () => {
  test('soft: the stale value is served and the load goes on', async () => {
    const origin = await startOrigin({ staleIfError: '1m', timeout: { soft: '200ms' } });
    origin.clock.advance(10_000);
    const { opened, open } = gate();
    origin.behave = async () => (await opened, 'late');
    const asked = [origin.ask(), origin.ask()];
    await settle();
    origin.clock.advance(200);
    expect(await Promise.all(asked)).toEqual([1, 1]);
    open();
    await settle();
    expect(await origin.ask()).toBe('late');
    expect(origin.runs).toBe(2);
  });

  test('soft: without a stale value callers wait', async () => {
    const origin = await startOrigin({ timeout: { soft: '200ms' } });
    origin.clock.advance(10_000);
    const { opened, open } = gate();
    origin.behave = async () => (await opened, 'late');
    const asked = origin.ask();
    await settle();
    origin.clock.advance(5000);
    open();
    expect(await asked).toBe('late');
  });

  test('hard: all who wait get ERR_TIMEOUT, the load is told, and the next caller starts another', async () => {
    const { cache, clock } = await startOrigin({});
    let signal: AbortSignal | undefined;
    const hang = ({ signal: given }: { readonly signal: AbortSignal }): Promise<string> => (
      (signal = given),
      new Promise(() => {})
    );
    const asked = [1, 2].map(() => cache.wrap('h', hang, { timeout: { hard: '1s' } }));
    const settled = Promise.allSettled(asked);
    await settle();
    expect(signal?.aborted).toBe(false);
    clock.advance(1000);
    for (const result of await settled) expect(result).toMatchObject({ reason: { code: 'ERR_TIMEOUT' } });
    expect(signal?.aborted).toBe(true);
    expect(await cache.wrap('h', () => 'next')).toBe('next');
  });

  test('hard: a stale value stands in', async () => {
    const origin = await startOrigin({ staleIfError: '1m', timeout: { hard: '1s' } });
    origin.clock.advance(10_000);
    origin.behave = () => new Promise(() => {});
    const asked = origin.ask();
    await settle();
    origin.clock.advance(1000);
    expect(await asked).toBe(1);
  });

  test('a load that nobody would wait for does not hold its key', async () => {
    const { cache, clock } = await startOrigin({});
    void cache.wrap('h', () => new Promise(() => {}));
    await settle();
    clock.advance(30_000);
    expect(await cache.wrap('h', () => 'next')).toBe('next');
  });
});
