import { inWords, optionError, ShelflifeError } from '../errors.js';
import type { LoadContext } from './context.js';
import type { DataKey } from './key.js';
import type { DataRule } from './rule.js';
import type { Wraps } from './wrap.js';

/** What a load of many may tell the cache about its values. */
export interface BatchContext {
  /** What may be said of the value of one key; `undefined` for a key that was not asked for. */
  for(key: DataKey): LoadContext | undefined;
  /** Aborted when nobody waits for the values any more: after `timeout.hard`. */
  readonly signal: AbortSignal;
}

/** Loads the values of many keys, which come in the order in which they were asked for, and returns them in it. */
export type LoadMany<T, K extends DataKey = DataKey> = (
  missing: readonly K[],
  context: BatchContext,
) => readonly T[] | Promise<readonly T[]>;

interface Waiting {
  /** Its place among the keys that were asked for. */
  readonly at: number;
  readonly key: DataKey;
  readonly context: LoadContext;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks up many keys, each as `wrap` does it, with one load for all that have to be loaded: it starts when of every
 * key it is known whether it is there, being loaded by somebody else, or missing.
 */
export async function wrapMany(
  { atOnce, later }: Pick<Wraps, 'atOnce' | 'later'>,
  keys: readonly DataKey[],
  loadMissing: LoadMany<never>,
  options: DataRule = {},
): Promise<readonly unknown[]> {
  if (!Array.isArray(keys)) throw optionError('wrapMany().keys', `an array of keys: ['a', 'b']`, keys);
  // Before anything is loaded.
  const hits = keys.map((key) => atOnce(key, options));
  let undecided = hits.filter((hit) => hit === undefined).length;
  if (undecided === 0) return hits.map((hit) => hit!.value);
  let waiting: Waiting[] = [];

  function decided(): void {
    undecided--;
    if (undecided === 0) flush();
  }

  function flush(): void {
    // A store of several machines answers in any order.
    const missing = waiting.toSorted((a, b) => a.at - b.at);
    waiting = [];
    if (missing.length > 0) void loadAll(missing, loadMissing);
  }

  function load(at: number, key: DataKey, context: LoadContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      waiting.push({ at, key, context, resolve, reject });
      // Late ones, whose value became invalid while they waited for it.
      if (undecided <= 0) queueMicrotask(flush);
    });
  }

  return Promise.all(
    keys.map((key, at) => {
      const hit = hits[at];
      if (hit !== undefined) return hit.value;
      let isDecided = false;
      const once = (): void => {
        if (!isDecided) decided();
        isDecided = true;
      };
      // One that fails before it is decided must not hold up the others.
      return later(key, (context) => load(at, key, context), options, once).finally(once);
    }),
  );
}

async function loadAll(missing: readonly Waiting[], loadMissing: LoadMany<never>): Promise<void> {
  try {
    const keys = missing.map(({ key }) => key);
    const signal = missing[0]!.context.signal;
    const contexts = new Map(missing.map(({ key, context }) => [textOf(key), context]));
    const values: unknown = await loadMissing(keys, { for: (key) => contexts.get(textOf(key)), signal });
    if (!Array.isArray(values) || values.length !== keys.length) throw notAligned(keys.length, values);
    missing.forEach(({ resolve }, at) => resolve(values[at]));
  } catch (error) {
    for (const { reject } of missing) reject(error);
  }
}

// A string and an array of only that string are the same key.
const textOf = (key: DataKey): string => JSON.stringify(typeof key === 'string' ? [key] : key);

function notAligned(expected: number, got: unknown): ShelflifeError {
  return new ShelflifeError(
    'ERR_OPTION',
    `wrapMany(): expected an array of ${expected} values, in the order of the keys, got ${inWords(got)}. ` +
      `Give undefined for a key that has no value.`,
  );
}
