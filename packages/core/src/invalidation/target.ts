import { inWords, ShelflifeError } from '../errors.js';
import { tagProblem } from '../key/tag.js';
import { A_KEY, isUserKey, userKey } from '../key/user-key.js';
import { rejectUnknown } from '../rule/options.js';
import type { InvalidationMode } from './log.js';
import { checkedDurability } from './options.js';
import type { Durability } from './transport.js';
import { ALL, keyName, pathName, tagName } from './tags.js';

/** What to invalidate. At least one of the first four; several add up. */
export interface InvalidationTarget {
  /** Whatever carries one of these tags. */
  readonly tags?: readonly string[];
  /** What the `key` function of a rule returned. */
  readonly keys?: readonly (string | readonly string[])[];
  /** Paths as sent by clients, percent-encoded and without a query: all queries, hosts and variants of the path. */
  readonly paths?: readonly string[];
  /** Everything. */
  readonly all?: true;
  /**
   * `'remove'` (default): never served again. `'stale'`: stale from now on, so that what the rule's `swr` and
   * `staleIfError` allow may be served while it is refreshed.
   */
  readonly mode?: InvalidationMode;
  /** Who must have it before it is acknowledged. Default: what the cache's option `invalidation` says. */
  readonly durability?: Durability;
}

const NAMES = ['tags', 'keys', 'paths', 'all', 'mode', 'durability'];

/**
 * The names that a log knows a target by.
 * @throws ShelflifeError `ERR_TARGET` for an empty target or one that cannot match, `ERR_OPTION` for an unknown name.
 */
export function namesOfTarget(target: InvalidationTarget): readonly string[] {
  rejectUnknown('invalidate()', target, NAMES);
  const { mode = 'remove' } = target;
  if (mode !== 'remove' && mode !== 'stale')
    throw wrong('mode', `expected 'remove' or 'stale', got ${inWords(mode)}.`);
  if (target.durability !== undefined) checkedDurability('invalidate().durability', target.durability);
  const names = [
    ...list('tags', target.tags).map(checkedTag),
    ...list('keys', target.keys).map(checkedKey),
    ...list('paths', target.paths).map(checkedPath),
    ...(target.all === true ? [ALL] : []),
  ];
  if (names.length > 0) return names;
  throw wrong('', `nothing to invalidate. Give tags, keys, paths or all: true.`);
}

function list(option: string, value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw wrong(option, `expected an array, got ${inWords(value)}. Write [${inWords(value)}].`);
}

function checkedTag(tag: unknown): string {
  const problem = tagProblem(tag);
  if (problem !== undefined) throw wrong('tags', problem);
  return tagName(tag as string);
}

function checkedKey(key: unknown): string {
  if (isUserKey(key)) return keyName(userKey(key));
  throw wrong('keys', `expected ${A_KEY}, got ${inWords(key)}.`);
}

function checkedPath(path: unknown): string {
  if (typeof path !== 'string' || !path.startsWith('/'))
    throw wrong('paths', `expected a path such as '/products/1', got ${inWords(path)}.`);
  if (path.includes('?'))
    throw wrong(
      'paths',
      `${inWords(path)} has a query. Write the path alone: all its queries are invalidated.`,
    );
  if (path.includes('*'))
    throw wrong(
      'paths',
      `${inWords(path)} looks like a pattern. Paths are exact; use a tag for a group of them.`,
    );
  if (!/^[!-~]+$/.test(path))
    throw wrong('paths', `${inWords(path)} is not as clients send it. Use encodeURI().`);
  return pathName(path);
}

function wrong(option: string, problem: string): ShelflifeError {
  return new ShelflifeError('ERR_TARGET', `invalidate()${option === '' ? '' : `.${option}`}: ${problem}`);
}
