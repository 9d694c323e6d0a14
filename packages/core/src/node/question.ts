import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { FieldNames } from './field-names.js';

/** What the headers of a request say, when none of them asks for more than a look at what is stored. */
export interface Question {
  /** As the client wrote it. */
  readonly host: string;
  /** The headers that count, in a form that is the same only for the same ones; `''` when there are none. */
  readonly counted: string;
  readonly noneMatch: string | undefined;
}

/**
 * Where Node keeps the table of a request's headers: `null` until somebody asks for it. A version of Node that does
 * it otherwise gives `undefined`, and then nothing is read here.
 */
const TABLE = Object.getOwnPropertySymbols(new IncomingMessage(new Socket())).find(
  ({ description }) => description === 'kHeaders',
) as unknown as 'headers';

/**
 * Reads the headers of a request without building a table of them, which would take a microsecond. Once somebody has
 * asked for the table he may have changed it, and then it is the table that counts. `undefined`: there is something
 * in them that the whole path must look at, or it is no request of Node's own.
 */
export function questionOf(req: IncomingMessage, names: FieldNames): Question | undefined {
  const table = req[TABLE] as IncomingMessage['headers'] | null | undefined;
  if (table === undefined || Object.hasOwn(req, 'headers')) return undefined;
  return table === null ? ofLines(req.rawHeaders, names) : ofTable(table, names);
}

function ofLines(lines: readonly string[], names: FieldNames): Question | undefined {
  let host: string | undefined;
  let counted = '';
  let noneMatch: string | undefined;
  let since = false;
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at]!;
    const kind = names.kindOf(name);
    if (kind === undefined) continue;
    const value = lines[at + 1]!;
    if (kind === 'host' && host === undefined) host = value;
    else if (kind === 'if-none-match' && noneMatch === undefined) noneMatch = value;
    else if (kind === 'if-modified-since') since = true;
    else if (kind === 'counts') counted += countedAs(name.toLowerCase(), value);
    else return undefined;
  }
  return question(host, counted, noneMatch, since);
}

function ofTable(table: IncomingMessage['headers'], names: FieldNames): Question | undefined {
  let host: string | undefined;
  let counted = '';
  let noneMatch: string | undefined;
  let since = false;
  for (const name in table) {
    const kind = names.kindOf(name);
    const value = table[name];
    if (kind === undefined || value === undefined) continue;
    if (typeof value !== 'string') return undefined;
    if (kind === 'host') host = value;
    else if (kind === 'if-none-match') noneMatch = value;
    else if (kind === 'if-modified-since') since = true;
    else if (kind === 'counts') counted += countedAs(name, value);
    else return undefined;
  }
  return question(host, counted, noneMatch, since);
}

// RFC 9110 section 13.1.3: beside If-None-Match it is ignored, alone it needs a date to be compared.
function question(
  host: string | undefined,
  counted: string,
  noneMatch: string | undefined,
  since: boolean,
): Question | undefined {
  if (host === undefined || (since && noneMatch === undefined)) return undefined;
  return { host, counted, noneMatch };
}

// The length keeps a value from posing as the next name.
function countedAs(name: string, value: string): string {
  return `\n${name}:${value.length}:${value}`;
}
