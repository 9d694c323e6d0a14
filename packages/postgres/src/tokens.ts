/** A piece of SQL: a name as the database knows it, or a keyword or sign. */
export interface Token {
  /** Lower case, unless it was quoted. */
  readonly text: string;
  /** It can be a name of a table; keywords can, too. */
  readonly isName: boolean;
  readonly isQuoted: boolean;
}

const TOKEN =
  /\s+|"(?:[^"]|"")*"|'(?:[^'\\]|'')*'|[\p{L}_][\p{L}\p{N}_$]*|\$?\d[\d.]*|(--|\/\*|[$"'\\])|./gsuy;

/**
 * The pieces of an SQL text, without white space. Linear; `undefined` when there is something in it that cannot be told
 * apart with certainty: comments, dollar quotes, backslashes in strings.
 */
export function tokensOf(sql: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (const [text, uncertain] of sql.matchAll(TOKEN)) {
    if (uncertain !== undefined) return undefined;
    if (/^\s/.test(text)) continue;
    const isQuoted = text.startsWith('"');
    const isName = isQuoted || /^[\p{L}_]/u.test(text);
    tokens.push({
      text: isQuoted ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase(),
      isName,
      isQuoted,
    });
  }
  return tokens;
}
