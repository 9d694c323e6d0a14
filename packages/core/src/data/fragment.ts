import { inWords, ShelflifeError } from '../errors.js';
import type { LoadContext } from './context.js';
import type { DataCache, FragmentRule } from './data-cache.js';
import { fragmentIdOf, fragmentTableOf } from './key.js';
import type { Kind, Wrap } from './wrap.js';

/** Fragments: values that are pieces of a body. */
export const FRAGMENTS: Kind = { idOf: fragmentIdOf, tableOf: fragmentTableOf };

/** `wrap`: that of {@link FRAGMENTS}. */
export function createFragment(wrap: Wrap): DataCache['fragment'] {
  return ((key, render, rule: FragmentRule = {}) => {
    const rendered = async (context: LoadContext): Promise<unknown> => checked(await render(context));
    return wrap(key, rendered, rule);
  }) as DataCache['fragment'];
}

function checked(piece: unknown): unknown {
  if (typeof piece === 'string' || piece instanceof Uint8Array) return piece;
  throw new ShelflifeError(
    'ERR_OPTION',
    `fragment(): expected text or bytes from render(), got ${inWords(piece)}. ` +
      `Use wrap() for what is no piece of a body.`,
  );
}
