import type { QueryMode } from '../rule/rule.js';
import { formatString } from './structured.js';

/**
 * What a rule's `query` means to browsers, as a No-Vary-Search field (draft-ietf-httpbis-no-vary-search): that the
 * order of parameters makes no difference, and which parameters make none. The key of this cache tells more URLs apart
 * than the field does, never fewer.
 *
 * Names that end in `*` cannot be said: among those to ignore they are left out, and browsers keep such URLs apart;
 * among those to allow the rule forbids them.
 */
export function noVarySearch(query: QueryMode): string {
  if (query === 'all') return 'key-order';
  if (query === 'none') return 'params';
  if ('allow' in query) return `key-order, params, except=${namesOf(query.allow)}`;
  const ignored = query.ignore.filter((name) => !name.endsWith('*'));
  return ignored.length === 0 ? 'key-order' : `key-order, params=${namesOf(ignored)}`;
}

function namesOf(names: readonly string[]): string {
  return `(${names.map((name) => formatString(encodeName(name)) ?? '').join(' ')})`;
}

// Readers decode `+` and `%` in names.
function encodeName(name: string): string {
  return name.replaceAll(/[^!-~]|[%+]/gu, (character) =>
    character === '+' ? '%2B' : encodeURIComponent(String(Buffer.from(character))),
  );
}
