import { type Token, tokensOf } from './tokens.js';

/** What ends the list of tables of a FROM. */
const AFTER_FROM = new Set(
  'where group having window order limit offset fetch for union intersect except returning set'.split(' '),
);

/**
 * The tables that an SQL text reads, as `products` or `shop.products`: whatever stands where a table may stand, so that
 * names of WITH queries and of some columns may be among them. `undefined` when a FROM holds something else, such as a
 * function, whose tables cannot be known, or when the text cannot be taken apart. Views are taken for tables.
 */
export function tablesRead(sql: string): ReadonlySet<string> | undefined {
  const tokens = tokensOf(sql);
  if (tokens === undefined) return undefined;
  const found = new Set<string>();
  // For each pair of brackets that is open: whether a comma brings the next table.
  const lists = [false];
  let expectsTable = false;
  for (let at = 0; at < tokens.length; at++) {
    const { text } = tokens[at]!;
    const word = tokens[at]!.isQuoted ? undefined : text;
    if (word === '(') lists.push(expectsTable);
    else if (expectsTable && word !== undefined && ['select', 'with', 'values'].includes(word)) {
      if (tokens[at - 1]?.text !== '(') return undefined;
      lists[lists.length - 1] = false;
      expectsTable = false;
    } else if (expectsTable) {
      if (word === 'only' || word === 'lateral') continue;
      const end = endOfName(tokens, at);
      if (end === at || isSign(tokens[end], '(')) return undefined;
      found.add(nameOf(tokens.slice(at, end)));
      expectsTable = false;
      at = end - 1;
    } else if (word === ')') lists.pop();
    else if (word === 'join' || (word === 'from' && !isComparison(tokens, at))) {
      lists[lists.length - 1] = true;
      expectsTable = true;
    } else if (word === ',') expectsTable = lists.at(-1) === true;
    else if (word !== undefined && AFTER_FROM.has(word)) lists[lists.length - 1] = false;
  }
  return expectsTable ? undefined : found;
}

/**
 * The tables that an SQL text writes to: INSERT, UPDATE, DELETE, MERGE, TRUNCATE, also within WITH. `undefined` when
 * there is none, or when the text cannot be taken apart. What triggers and foreign keys change is not among them.
 */
export function tablesWritten(sql: string): ReadonlySet<string> | undefined {
  const tokens = tokensOf(sql);
  if (tokens === undefined) return undefined;
  const found = new Set<string>();
  for (let at = 0; at < tokens.length; at++) {
    let next = startOfTarget(tokens, at);
    while (next !== undefined) {
      if (isWord(tokens[next], 'only')) next++;
      const end = endOfName(tokens, next);
      if (end === next) return undefined;
      found.add(nameOf(tokens.slice(next, end)));
      next = isWord(tokens[at], 'truncate') && isSign(tokens[end], ',') ? end + 1 : undefined;
    }
  }
  return found.size > 0 ? found : undefined;
}

/** Where the name of a table stands that the keyword `at` a place writes to, or `undefined`. */
function startOfTarget(tokens: readonly Token[], at: number): number | undefined {
  const [token, next] = [tokens[at], tokens[at + 1]];
  const before = tokens[at - 1];
  // Not in `FOR UPDATE`, `DO UPDATE SET`, or as the name of a column.
  if (before !== undefined && !isSign(before, '(') && !isSign(before, ')')) return undefined;
  if (isWord(token, 'update')) return at + 1;
  if (isWord(token, 'truncate')) return isWord(next, 'table') ? at + 2 : at + 1;
  const isPair =
    (isWord(token, 'delete') && isWord(next, 'from')) ||
    ((isWord(token, 'insert') || isWord(token, 'merge')) && isWord(next, 'into'));
  return isPair ? at + 2 : undefined;
}

/** The end of `a` or `a.b` that starts at a place; that place when there is no name. */
function endOfName(tokens: readonly Token[], start: number): number {
  if (tokens[start]?.isName !== true) return start;
  let end = start + 1;
  while (isSign(tokens[end], '.') && tokens[end + 1]?.isName === true) end += 2;
  return end;
}

function nameOf(tokens: readonly Token[]): string {
  const [table = '', schema = 'public'] = tokens
    .filter(({ isName }) => isName)
    .map(({ text }) => text)
    .toReversed();
  return schema === 'public' ? table : `${schema}.${table}`;
}

/** `a IS DISTINCT FROM b` */
function isComparison(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 2];
  return isWord(tokens[at - 1], 'distinct') && (isWord(before, 'is') || isWord(before, 'not'));
}

function isWord(token: Token | undefined, word: string): boolean {
  return token !== undefined && !token.isQuoted && token.text === word;
}

const isSign = isWord;
