import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { mapStore } from '../testing/map-store.js';
import type { Store } from '../store/store.js';

interface Looking {
  readonly do: 'wrap' | 'wrapMany' | 'nested' | 'get';
  /** How its load works, if there is one. */
  readonly pauses: number;
  readonly readsLate: boolean;
}

/** What happens to one product, in an order that the scheduler decides. */
type Step =
  | Looking
  | { readonly do: 'delete' | 'set' | 'tag' | 'stale' | 'dependency' | 'all' }
  | { readonly do: 'advance'; readonly ms: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('wrap' as const, 'wrapMany' as const, 'nested' as const, 'get' as const),
      pauses: fc.nat(3),
      readsLate: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['delete', 'set', 'tag', 'stale', 'dependency', 'all'] as const)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(500, 1100, 4000) }),
  },
);

const scripts = fc.record({
  actors: fc.array(fc.array(steps, { minLength: 2, maxLength: 8 }), { minLength: 2, maxLength: 4 }),
  store: fc.boolean(),
  memory: fc.boolean(),
});

type Script = typeof scripts extends fc.Arbitrary<infer T> ? T : never;

/** A store whose answers come when the scheduler says so. */
function scheduled(store: Store, scheduler: fc.Scheduler): Store {
  const later = (label: string): Promise<unknown> => scheduler.schedule(Promise.resolve(), label);
  return {
    get: (key) => scheduler.schedule(store.get(key), 'get'),
    set: (key, bytes, ttlMs) => later('set').then(() => store.set(key, bytes, ttlMs)),
    delete: (key) => later('delete').then(() => store.delete(key)),
  };
}

async function play(scheduler: fc.Scheduler, script: Script): Promise<readonly string[]> {
  const clock: FakeClock = fakeClock();
  const cache: Cache = createCache({
    clock,
    ...(script.store && { store: scheduled(mapStore(clock), scheduler) }),
    ...(!script.memory && { memory: false }),
  });
  cache.depends('product', 'category');
  const problems: string[] = [];
  // The version that a look-up which begins now must give; what was marked stale may be served stale.
  let version = 1;
  let removed = 1;
  let waiting = 0;
  const moment = (label: string): Promise<unknown> => scheduler.schedule(Promise.resolve(), label);
  const rule = { ttl: '1s', swr: '3s', staleIfError: '9s' } as const;

  async function load(step: { readonly pauses: number; readonly readsLate: boolean }): Promise<number> {
    if (step.readsLate) await moment('read');
    const read = version;
    for (let at = 0; at < step.pauses; at++) await moment('work');
    return read;
  }

  async function ask(step: Looking): Promise<void> {
    const least = removed;
    const got = await look(step);
    if (got !== undefined && got < least) problems.push(`${step.do} gave ${got}, needed ${least}`);
  }

  async function look(step: Looking): Promise<number | undefined> {
    const one = (): Promise<number> =>
      cache.wrap('one', (context) => (context.tag('product'), load(step)), rule);
    if (step.do === 'get') return cache.get<number>('one');
    if (step.do === 'wrap') return one();
    if (step.do === 'nested') return cache.wrap('outer', one, rule);
    const values = await cache.wrapMany(
      ['two', 'one'],
      async (missing, context) => {
        const value = await load(step);
        for (const key of missing) context.for(key)?.tag('product');
        return missing.map(() => value);
      },
      rule,
    );
    return Math.min(...values);
  }

  async function change(way: Step['do']): Promise<void> {
    const changed = ++version;
    // set() gives one key its new value, the others must be told.
    if (way === 'set') {
      await cache.set('one', changed, { ...rule, tags: ['product'] });
      return;
    }
    if (way === 'delete') {
      await Promise.all(['one', 'two', 'outer'].map((key) => cache.delete(key)));
    } else if (way === 'stale') await cache.invalidate({ tags: ['product'], mode: 'stale' });
    else if (way === 'all') await cache.invalidate({ all: true });
    else await cache.invalidate({ tags: [way === 'tag' ? 'product' : 'category'] });
    if (way !== 'stale') removed = Math.max(removed, changed);
  }

  async function act(actor: readonly Step[]): Promise<void> {
    for (const step of actor) {
      await moment(step.do);
      if (step.do === 'advance') clock.advance(step.ms);
      else if ('pauses' in step) {
        waiting++;
        void ask(step)
          .catch((error: unknown) => problems.push(String(error)))
          .finally(() => waiting--);
      } else await change(step.do);
    }
  }

  const actors = Promise.all(script.actors.map(act));
  await scheduler.waitIdle();
  await actors;
  if (waiting > 0) problems.push(`${waiting} look-ups hang`);
  return problems;
}

test('whatever the order, no look-up gives what was invalidated before it began', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), scripts, async (scheduler, script) => {
      expect(await play(scheduler, script)).toEqual([]);
    }),
    { numRuns: 500, endOnFailure: true },
  );
}, 60_000);
