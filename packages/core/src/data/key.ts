import { inWords, ShelflifeError } from '../errors.js';
import { keyName, keyNameOnce } from '../invalidation/tags.js';
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

const SHORT = 128;

/** @throws ShelflifeError `ERR_TARGET` when it is no key. */
export function idOf(key: DataKey): Id {
  const name = keyName(checkedKey(key));
  return { table: `data ${name}`, name };
}

/**
 * The `table` of {@link idOf}, for a look-up that does not keep it: at a tenth of its cost.
 * @throws ShelflifeError `ERR_TARGET` when it is no key.
 */
export const tableOf: (key: DataKey) => string = tablesIn('data');

function checkedKey(key: DataKey): string {
  if (isUserKey(key)) return userKey(key);
  throw new ShelflifeError(
    'ERR_TARGET',
    `key: expected ${A_KEY}, got ${inWords(key)}. Write ['product', String(id)].`,
  );
}

/**
 * The same for a fragment: it lies apart from the value of its key, and is invalid with it.
 * @throws ShelflifeError `ERR_TARGET` when it is no key.
 */
export function fragmentIdOf(key: DataKey): Id {
  const { name } = idOf(key);
  return { table: `fragment ${name}`, name };
}

/** Its `table`, as {@link tableOf}. */
export const fragmentTableOf: (key: DataKey) => string = tablesIn('fragment');

// What comes before a short text depends on its length alone: joined once, the text is all that each call adds.
function tablesIn(space: string): (key: DataKey) => string {
  const heads = Array.from({ length: SHORT }, (_, length) => `${space} ${keyNameOnce(`${length}:`)}`);
  return (key) =>
    typeof key === 'string' && key !== '' && key.length < SHORT
      ? heads[key.length]! + key
      : `${space} ${keyNameOnce(checkedKey(key))}`;
}
