import type { InvalidationTarget } from '../invalidation/target.js';

type Names<T, Asked, Answer> = T | ((asked: Asked, answer: Answer | undefined) => T);

/** What a call makes invalid. Functions get what was asked, such as a request or arguments, and what was answered. */
export interface EvictRule<Asked = unknown, Answer = unknown> {
  readonly tags?: Names<readonly string[], Asked, Answer>;
  readonly keys?: Names<NonNullable<InvalidationTarget['keys']>, Asked, Answer>;
  readonly paths?: Names<readonly string[], Asked, Answer>;
  readonly all?: true;
  /** `'remove'` (default): never served again; `'stale'`: as far as rules allow, served while it is refreshed. */
  readonly mode?: InvalidationTarget['mode'];
  /**
   * Invalidates before the call as well, and so also when it fails. Functions get no answer then.
   * Default `false`: after it succeeded and before its caller hears of it.
   */
  readonly before?: boolean;
}

/** What can be told that something is invalid: a cache. */
interface Invalidating {
  invalidate(target: InvalidationTarget): Promise<unknown>;
}

/**
 * Runs a call and invalidates what it has changed, before its caller hears of it.
 * @throws ShelflifeError `ERR_TARGET` (as a rejection) when a function of a rule returns something wrong.
 */
export async function evictAround<T>(
  cache: Invalidating,
  rules: readonly EvictRule<never, never>[],
  asked: unknown,
  run: () => T | Promise<T>,
): Promise<T> {
  const evict = async (some: typeof rules, answer?: T): Promise<void> => {
    const targets = some.map((rule) => targetOf(rule, asked, answer)).filter(hasNames);
    await Promise.all(targets.map((target) => cache.invalidate(target)));
  };
  await evict(rules.filter(({ before }) => before === true));
  const answer = await run();
  await evict(rules, answer);
  return answer;
}

function targetOf(rule: EvictRule<never, never>, asked: unknown, answer: unknown): InvalidationTarget {
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
