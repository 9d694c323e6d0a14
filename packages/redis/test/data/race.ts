import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache, DataRule } from '@shelflife/core';
import { seeded } from '../../../core/src/testing/simulation/loop.js';
import type { Invalidation } from '../chaos/history.js';
import { now } from '../support/messages.js';
import type { RaceAnswer, RaceHistory } from './messages.js';

const KEYS = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5'];
const ACTORS = 20;

/** Keys with an even number end soon and are refreshed in the background; the others live on if nothing ends them. */
const ruleOf = (key: string): DataRule<Value> =>
  isShort(key) ? { ttl: '15ms', swr: '1m', staleIfError: '1m' } : { ttl: '1h', refreshAhead: 1e-5 };
const isShort = (key: string): boolean => Number(key.slice(1)) % 2 === 0;
/** Three keys a tag; the tags depend on one category. */
const tagOf = (key: string): string => `t${Number(key.slice(1)) % 3}`;

/** A value says when its load began, or when it was set: so any answer can be checked. */
interface Value {
  readonly began: number;
  readonly set?: string;
}

/** Looks up, changes and invalidates a few keys in a random order, many at a time, and keeps what happened. */
export async function race(cache: Cache, seed: number, ms: number): Promise<RaceHistory> {
  const random = seeded(seed);
  const answers: RaceAnswer[] = [];
  const sets: Record<string, number> = {};
  const invalidations: Invalidation[] = [];
  const steps: Record<string, number> = {};
  const errors: string[] = [];
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const pause = (longest: number): Promise<unknown> =>
    random() < 0.3 ? Promise.resolve() : sleep(random() * longest);

  async function load(key: string, context: { tag(tag: string): void } | undefined): Promise<Value> {
    const began = now();
    cache.depends(tagOf(key), 'category');
    context?.tag(tagOf(key));
    await pause(15);
    // Some loads fail: what stands in for them must be valid too.
    if (random() < 0.1) throw new Error('the origin fails');
    return { began };
  }

  const wrap = (key: string): Promise<Value> => cache.wrap(key, (context) => load(key, context), ruleOf(key));

  async function ask(how: string, keys: readonly string[], look: () => Promise<unknown>): Promise<void> {
    const asked = now();
    const values = (await look()) as readonly (Value | undefined)[];
    values.forEach((value, at) => {
      if (value === undefined) return;
      const { began, set: from } = value;
      answers.push({ id: keys[at]!, asked, began, by: process.pid, cacheStatus: how, set: from });
    });
  }

  async function end(keys: readonly string[], run: (called: number) => Promise<unknown>): Promise<void> {
    const called = now();
    await run(called);
    const acked = now();
    for (const id of keys) invalidations.push({ id, called, acked });
  }

  const some = (): readonly string[] => KEYS.filter(() => random() < 0.4);
  const looks: readonly (readonly [string, () => Promise<void>])[] = [
    ['wrap', () => withKey((key) => ask('wrap', [key], async () => [await wrap(key)]))],
    ['get', () => withKey((key) => ask('get', [key], async () => [await cache.get(key)]))],
    // Made of the value of the key: whoever ends that ends this too.
    ['nested', () => withKey((key) => ask('nested', [key], async () => [await nested(key)]))],
    ['wrapMany', () => many(some())],
  ];
  const single: typeof looks = [
    ['delete', () => withKey((key) => end([key], () => cache.delete(key)))],
    ['set', () => withKey(set)],
    ['tag', () => withKey((key) => end(sameTag(key), () => cache.invalidate({ tags: [tagOf(key)] })))],
  ];
  const everything: typeof looks = [
    ['category', () => end(KEYS, () => cache.invalidate({ tags: ['category'] }))],
    ['all', () => end(KEYS, () => cache.invalidate({ all: true }))],
  ];

  const withKey = (run: (key: string) => Promise<void>): Promise<void> => run(one(KEYS));
  const sameTag = (key: string): readonly string[] => KEYS.filter((other) => tagOf(other) === tagOf(key));
  const nested = (key: string): Promise<Value> =>
    cache.wrap(['around', key], () => wrap(key), { ttl: '1h', swr: '1m' });
  const set = (key: string): Promise<void> =>
    end([key], async (began) => {
      const id = `${process.pid} ${began}`;
      await cache.set(key, { began, set: id }, { ...ruleOf(key), tags: [tagOf(key)] });
      sets[id] = now();
    });

  async function many(keys: readonly string[]): Promise<void> {
    const rule: DataRule<Value> = { ttl: '1h' };
    await ask('wrapMany', keys, () =>
      cache.wrapMany(
        keys,
        async (missing, context) => {
          const { began } = await load(missing[0]!, undefined);
          for (const key of missing) context.for(key)?.tag(tagOf(key));
          return missing.map(() => ({ began }));
        },
        rule,
      ),
    );
  }

  async function act(until: number): Promise<void> {
    while (now() < until) {
      const [name, step] = one(random() < 0.93 ? looks : random() < 0.9 ? single : everything);
      steps[name] = (steps[name] ?? 0) + 1;
      await step().catch((error: Error & { readonly code?: string }) => {
        // Nothing is promised of one that was not acknowledged.
        const isPlayed = error.message === 'the origin fails' || error.code === 'ERR_NOT_ACKNOWLEDGED';
        if (!isPlayed) errors.push(`${name}: ${String(error)}`);
      });
      await pause(4);
    }
  }

  const until = now() + ms;
  cache.depends('t0', 'category');
  await Promise.all(Array.from({ length: ACTORS }, () => act(until)));
  return { answers, sets, invalidations, steps, errors };
}
