import { describe, expect, test, vi } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import type { RequestView, StoredResponse } from '../http/message.js';
import type { Rule } from '../rule/rule.js';
import type { Store } from '../store/store.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { faultyStore } from '../testing/faulty-store.js';
import { headOf, START, storedResponse, viewOf } from '../testing/made.js';
import { mapStore } from '../testing/map-store.js';
import { memoryLease } from '../testing/memory-lease.js';
import { memoryTransport } from '../testing/memory-transport.js';
import { pass } from '../testing/step.js';
import { isDueEarly } from './early.js';

interface Fleet {
  readonly clock: FakeClock;
  readonly store: Store;
  /** How often the handler ran, in all processes. */
  readonly calls: () => number;
  /** `spoil`: what is wrong with the store for this process. */
  readonly process: (spoil?: (store: Store) => Store) => Promise<Process>;
}

interface Process {
  readonly cache: Cache;
  /** A request; with `dies` its handler never ends. */
  readonly ask: (options?: { readonly dies?: boolean; readonly vary?: string }) => Promise<string>;
}

const TAKES_MS = 200;

/** Processes with a handler that takes 200 ms and answers with the number of its run. */
function fleet(rule: Rule<never> = {}, spoil: (store: Store) => Store = (store) => store): Fleet {
  const clock = fakeClock();
  const values = mapStore(clock);
  const store = spoil({ ...values, lease: memoryLease(clock, values), log: memoryTransport(clock) });
  let calls = 0;

  async function answer(cache: Cache, view: RequestView, dies: boolean): Promise<string> {
    const outcome = await cache.open(view, cache.rule({ ttl: '10s', ...rule }));
    if (outcome.action === 'reply') return `${textOf(outcome.reply.body)} ${stateOf(outcome.reply.lines)}`;
    const text = `v${++calls}`;
    await new Promise<void>((resolve) => void clock.after(dies ? 1e9 : TAKES_MS, resolve));
    const vary = view.headers['accept-language'] === undefined ? {} : { vary: 'accept-language' };
    const head = headOf(200, { 'content-length': String(text.length), ...vary });
    outcome.capture!.complete(head, Buffer.from(text)).sink.end(head);
    return text;
  }

  return {
    clock,
    store,
    calls: () => calls,
    async process(spoilt = (same) => same) {
      const cache = createCache({ clock, store: spoilt(store) });
      await pass(clock, 20);
      const ask: Process['ask'] = ({ dies = false, vary } = {}) => {
        const headers = vary === undefined ? {} : { 'accept-language': vary };
        const view = viewOf({ url: '/page', headers });
        const reenter = (request: { readonly headers: RequestView['headers'] }): Promise<void> =>
          answer(cache, { ...view, headers: request.headers, refresh: true }, false).then(() => undefined);
        return answer(cache, { ...view, reenter }, dies);
      };
      return { cache, ask };
    },
  };
}

const textOf = (body: Uint8Array | null): string => Buffer.from(body ?? []).toString();

function stateOf(lines: readonly string[]): string {
  const status = lines[lines.indexOf('Cache-Status') + 1] ?? '';
  return /ttl=-/.test(status) ? 'stale' : 'hit';
}

async function soon<T>(
  clock: FakeClock,
  all: readonly Promise<T>[],
  ms = 1000,
): Promise<readonly (T | undefined)[]> {
  const found: (T | undefined)[] = all.map(() => undefined);
  for (const [at, one] of all.entries()) void one.then((value) => (found[at] = value));
  await pass(clock, ms);
  return found;
}

describe('several processes and one handler', () => {
  test('of 8 processes with 10 requests each one asks the handler', async () => {
    const { clock, calls, process } = fleet();
    const processes = await Promise.all(Array.from({ length: 8 }, () => process()));
    const all = processes.flatMap(({ ask }) => Array.from({ length: 10 }, () => ask()));
    const found = await soon(clock, all, 400);
    expect([calls(), found.filter((text) => text === 'v1').length]).toEqual([1, 1]);
    expect(found.filter((text) => text === 'v1 hit')).toHaveLength(79);
  });

  test('what was invalidated is made anew by one of them, though it still lies in the store', async () => {
    const { clock, calls, process } = fleet();
    const processes = await Promise.all(Array.from({ length: 4 }, () => process()));
    await soon(clock, [processes[0]!.ask()]);
    await processes[0]!.cache.invalidate({ paths: ['/page'] });
    await pass(clock, 20);
    const found = await soon(
      clock,
      processes.map(({ ask }) => ask()),
    );
    expect([calls(), new Set(found)]).toEqual([2, new Set(['v2', 'v2 hit'])]);
  });

  test('F28 the death of the one that asks costs the others one lease', async () => {
    const { clock, calls, process } = fleet();
    // A dead process renews nothing.
    const dead = (store: Store): Store => ({
      ...store,
      lease: { ...store.lease!, renew: async () => false },
    });
    const [one, other] = [await process(dead), await process()];
    void one.ask({ dies: true });
    await pass(clock, 50);
    const asked = other.ask();
    expect(await soon(clock, [asked], 1900)).toEqual([undefined]);
    expect(await soon(clock, [asked], 500)).toEqual(['v2']);
    expect(calls()).toBe(2);
  });

  test('a handler that takes longer than a lease keeps it', async () => {
    const { clock, calls, process } = fleet();
    const [one, other] = [await process(), await process()];
    void one.ask({ dies: true });
    await pass(clock, 50);
    expect(await soon(clock, [other.ask()], 4900)).toEqual([undefined]);
    expect(calls()).toBe(1);
    // Nobody waits longer than the rule says: then there are two.
    await pass(clock, 200);
    expect(calls()).toBe(2);
  });

  test('with a stale answer nobody waits: one refreshes, the others serve it', async () => {
    const { clock, calls, process } = fleet({ swr: '10m' });
    const processes = await Promise.all(Array.from({ length: 4 }, () => process()));
    await soon(
      clock,
      processes.map(({ ask }) => ask()),
    );
    await pass(clock, 11_000, 50);
    const stale = await soon(
      clock,
      processes.map(({ ask }) => ask()),
      0,
    );
    expect(stale).toEqual(Array(4).fill('v1 stale'));
    await pass(clock, 2000);
    expect(calls()).toBe(2);
    // The others find it in the store when they try again.
    await soon(
      clock,
      processes.map(({ ask }) => ask()),
      1500,
    );
    const found = await soon(
      clock,
      processes.map(({ ask }) => ask()),
      0,
    );
    expect([calls(), found]).toEqual([2, Array(4).fill('v2 hit')]);
  });

  test('a URL that varies is made once for each variant', async () => {
    const { clock, calls, process } = fleet();
    const processes = await Promise.all(Array.from({ length: 3 }, () => process()));
    for (const vary of ['de', 'en'])
      await soon(
        clock,
        processes.map(({ ask }) => ask({ vary })),
      );
    expect(calls()).toBe(2);
  });

  test.each(['reject', 'hang'] as const)(
    'a lease that cannot be had (%s) leaves each to itself',
    async (fault) => {
      const { clock, calls, process } = fleet({}, (store) => ({
        ...store,
        lease: { ...store.lease!, take: () => faultyStore(mapStore(), { get: fault }).get('k') as never },
      }));
      const processes = await Promise.all(Array.from({ length: 3 }, () => process()));
      const found = await soon(
        clock,
        processes.map(({ ask }) => ask()),
        300,
      );
      expect([calls(), new Set(found)]).toEqual([3, new Set(['v1', 'v2', 'v3'])]);
    },
  );
});

describe('a refresh ahead of time', () => {
  const stored = (tookMs: number, leftMs: number, swr = 0): StoredResponse =>
    storedResponse({
      requestedAt: START,
      generatedAt: START + tookMs,
      freshUntil: START + 10_000 + leftMs,
      staleUntil: START + 10_000 + leftMs + swr,
      errorUntil: START + 10_000 + leftMs + swr,
    });

  test.each<[string, StoredResponse, number, boolean]>([
    ['near the end', stored(200, 100), 0.5, true],
    ['near the end, with bad luck', stored(200, 100), 0.3, false],
    ['far from the end', stored(200, 5000), 0.999, false],
    ['of a handler that takes no time', stored(0, 1), 0.999, false],
    ['of what may be served stale', stored(200, 100, 1), 0.5, false],
  ])('%s', (_title, response, chance, expected) => {
    expect(isDueEarly(response, START + 10_000, chance)).toBe(expected);
  });

  test('spares the requests the wait: nobody runs into the end of a lifetime', async () => {
    const { clock, calls, process } = fleet();
    const { ask } = await process();
    await soon(clock, [ask()]);
    const found: (string | undefined)[] = [];
    // Luck from 240 ms before the end on.
    vi.spyOn(Math, 'random').mockReturnValue(0.7);
    for (let at = 0; at < 1200; at++) found.push(...(await soon(clock, [ask()], 10)));
    vi.restoreAllMocks();
    expect(calls()).toBe(2);
    expect(new Set(found)).toEqual(new Set(['v1 hit', 'v2 hit']));
  });
});
