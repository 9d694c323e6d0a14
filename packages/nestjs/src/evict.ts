import type { Cache, InvalidationTarget } from '@shelflife/core';
import type { EvictRule } from './rules.js';

/** What the `@CacheEvict()`s of a method do around a call. `asked`: the request, or the arguments. */
export interface Evictor {
  before(asked: unknown): Promise<void>;
  after(asked: unknown, answer: unknown): Promise<void>;
}

type AnyEvictRule = EvictRule<never, never>;

export function createEvictor(cache: Cache, rules: readonly AnyEvictRule[]): Evictor {
  const evict = async (some: readonly AnyEvictRule[], asked: unknown, answer?: unknown): Promise<void> => {
    const targets = some.map((rule) => targetOf(rule, asked, answer));
    await Promise.all(targets.filter(hasNames).map((target) => cache.invalidate(target)));
  };
  return {
    before: (asked) =>
      evict(
        rules.filter(({ before }) => before === true),
        asked,
      ),
    after: (asked, answer) => evict(rules, asked, answer),
  };
}

function targetOf(rule: AnyEvictRule, asked: unknown, answer: unknown): InvalidationTarget {
  const { before: _, ...target } = rule;
  const given = Object.entries(target).map(([name, value]) => [
    name,
    typeof value === 'function' ? (value as (...args: unknown[]) => unknown)(asked, answer) : value,
  ]);
  return Object.fromEntries(given) as InvalidationTarget;
}

/** A function that names nothing, because nothing is to be invalidated this time, is no mistake. */
function hasNames({ tags = [], keys = [], paths = [], all }: InvalidationTarget): boolean {
  return all === true || tags.length + keys.length + paths.length > 0;
}
