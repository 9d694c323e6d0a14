import { inWords, ShelflifeError } from '../errors.js';
import { keyName } from '../invalidation/tags.js';
import { A_KEY, isUserKey, userKey } from '../key/user-key.js';

/** A key of the data cache: a text, or parts that are told apart. */
export type DataKey = string | readonly string[];

/** A key as the rooms of the cache know it. */
export interface Id {
  /** Where it lies in the tiers; no key of a response starts like this. */
  readonly table: string;
  /** What invalidates it. */
  readonly name: string;
}

/** @throws ShelflifeError `ERR_TARGET` when it is no key. */
export function idOf(key: DataKey): Id {
  if (!isUserKey(key)) throw new ShelflifeError('ERR_TARGET', `key: expected ${A_KEY}, got ${inWords(key)}.`);
  const name = keyName(userKey(key));
  return { table: `data ${name}`, name };
}
