import type { FieldLines, Headers } from './message.js';

/**
 * A table of fields for look-ups, made from the lines of a message. Repeated lines are joined by `, `
 * (RFC 9110 section 5.3), those of Cookie by `; ` (RFC 9113 section 8.2.3); Set-Cookie stays an array.
 * The table has no prototype, so that a field may be called `__proto__` or `constructor`.
 */
export function headersOf(lines: FieldLines): Headers {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const name = lines[at]!.toLowerCase();
    headers[name] = withLine(name, headers[name], lines[at + 1]!);
  }
  return headers;
}

function withLine(name: string, known: string | string[] | undefined, line: string): string | string[] {
  if (name === 'set-cookie') return Array.isArray(known) ? [...known, line] : [line];
  if (known === undefined) return line;
  return `${String(known)}${name === 'cookie' ? '; ' : ', '}${line}`;
}

/** The lines of a message, made from a table of fields: an array gives a line for each of its members. */
export function linesOf(headers: Headers): FieldLines {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') lines.push(name, value);
    else for (const line of value ?? []) lines.push(name, line);
  }
  return lines;
}

/**
 * The value of a field, several lines joined by `, ` (RFC 9110 section 5.2), or `undefined` when it is absent.
 * A field that is there but empty gives `''`. `name` is lower case.
 */
export function fieldValue(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  if (typeof value === 'string') return value;
  // A plain object answers `constructor` with a function.
  return Array.isArray(value) && value.length > 0 ? value.join(', ') : undefined;
}

/** Whether the text is a token (RFC 9110 section 5.6.2), as the names of fields, methods and directives are. */
export function isToken(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text);
}

/**
 * The members of a comma-separated list (RFC 9110 section 5.6.1) without the white space around them. Quoted
 * strings stay whole, with their quotes; empty members are dropped. A quote that nothing closes hides no comma.
 */
export function listMembers(value: string | undefined): string[] {
  return value === undefined ? [] : splitAtCommas(value).filter((member) => member !== '');
}

/** As {@link listMembers}, but empty members are kept: `a,,b` is not `a,b`. */
export function splitAtCommas(value: string): string[] {
  if (!value.includes('"')) return value.split(',').map(trimSpace);
  const members: string[] = [];
  let start = 0;
  let closable = true;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === ',') {
      members.push(trimSpace(value.slice(start, at)));
      start = at + 1;
    } else if (value[at] === '"' && closable) {
      const end = closingQuote(value, at);
      closable = end !== undefined;
      at = end ?? at;
    }
  }
  return [...members, trimSpace(value.slice(start))];
}

function closingQuote(value: string, opening: number): number | undefined {
  for (let at = opening + 1; at < value.length; at += 1) {
    if (value[at] === '"') return at;
    if (value[at] === '\\') at += 1;
  }
  return undefined;
}

// Not trim(): a no-break space is not white space in HTTP (RFC 9110 section 5.6.3).
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The lines but for those of the fields named, lower case, in `names`. */
export function withoutFields(lines: FieldLines, names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2)
    if (!names.has(lines[at]!.toLowerCase())) kept.push(lines[at]!, lines[at + 1]!);
  return kept;
}
