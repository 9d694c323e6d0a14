import { type BareItem, readBareItem } from './structured-items.js';

/**
 * Structured field values (RFC 9651): dictionaries, lists, items and their parameters. Own code, because the
 * fields here turn on what the package at hand leaves out: whether a number was written as an integer (`60`) or a
 * decimal (`60.0`), and Dates followed by anything. Of several lines pass the joined value (`fieldValue`).
 */

/** One value with its parameters. */
export interface Item {
  readonly bare: BareItem;
  readonly parameters: Parameters;
}

/** Several items in parentheses. */
export interface InnerList {
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

export type Parameters = ReadonlyMap<string, BareItem>;

/** What is read, and how far. */
interface Cursor {
  readonly text: string;
  at: number;
}

/** Longer values are not read at all. A list of 128 strings of 128 characters has 17,000. */
const LONGEST = 65_536;

/** The members of a dictionary, or `undefined` when any part of it is malformed (RFC 9651 section 4.2.2). */
export function parseDictionary(text: string): ReadonlyMap<string, Item | InnerList> | undefined {
  const members = new Map<string, Item | InnerList>();
  const isRead = readMembers(text, (cursor) => {
    const key = take(cursor, KEY);
    const member = key === undefined ? undefined : readValue(cursor);
    if (key === undefined || member === undefined) return false;
    members.set(key, member);
    return true;
  });
  return isRead ? members : undefined;
}

/** The members of a list, or `undefined` when any part of it is malformed (RFC 9651 section 4.2.1). */
export function parseList(text: string): readonly (Item | InnerList)[] | undefined {
  const members: (Item | InnerList)[] = [];
  const isRead = readMembers(text, (cursor) => {
    const member = readMember(cursor);
    if (member !== undefined) members.push(member);
    return member !== undefined;
  });
  return isRead ? members : undefined;
}

/** A single item, or `undefined` when it is malformed (RFC 9651 section 4.2.3). */
export function parseItem(text: string): Item | undefined {
  if (text.length > LONGEST) return undefined;
  const cursor = { text, at: 0 };
  take(cursor, SPACES);
  const item = readItem(cursor);
  take(cursor, SPACES);
  return cursor.at === text.length ? item : undefined;
}

/** A text as a String (RFC 9651 section 3.3.3), or `undefined` when it holds what no String can: all but printable ASCII. */
export function formatString(text: string): string | undefined {
  return /^[ -~]*$/.test(text) ? `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"` : undefined;
}

const KEY = /[a-z*][a-z0-9_\-.*]*/y;
const SPACES = / */y;
const SPACES_AND_TABS = /[ \t]*/y;
const COMMA = /,/y;
const EQUALS = /=/y;
const SEMICOLON = /; */y;
const OPENING = /\( */y;
const CLOSING = /\)/y;

function readMembers(text: string, read: (cursor: Cursor) => boolean): boolean {
  if (text.length > LONGEST) return false;
  const cursor = { text, at: 0 };
  take(cursor, SPACES);
  if (cursor.at === text.length) return true;
  while (read(cursor)) {
    take(cursor, SPACES_AND_TABS);
    if (cursor.at === text.length) return true;
    if (take(cursor, COMMA) === undefined) return false;
    take(cursor, SPACES_AND_TABS);
  }
  return false;
}

/** The value of a dictionary's member: `true` when there is none. */
function readValue(cursor: Cursor): Item | InnerList | undefined {
  if (take(cursor, EQUALS) !== undefined) return readMember(cursor);
  const parameters = readParameters(cursor);
  return parameters && { bare: { type: 'boolean', value: true }, parameters };
}

function readMember(cursor: Cursor): Item | InnerList | undefined {
  return take(cursor, OPENING) === undefined ? readItem(cursor) : readInnerList(cursor);
}

function readInnerList(cursor: Cursor): InnerList | undefined {
  const items: Item[] = [];
  while (take(cursor, CLOSING) === undefined) {
    const item = readItem(cursor);
    if (item === undefined) return undefined;
    items.push(item);
    // Between two items there is at least one space.
    if (take(cursor, SPACES) === '' && cursor.text[cursor.at] !== ')') return undefined;
  }
  const parameters = readParameters(cursor);
  return parameters && { items, parameters };
}

function readItem(cursor: Cursor): Item | undefined {
  const bare = readBareItem(cursor);
  const parameters = bare && readParameters(cursor);
  return bare && parameters && { bare, parameters };
}

function readParameters(cursor: Cursor): Parameters | undefined {
  const parameters = new Map<string, BareItem>();
  while (take(cursor, SEMICOLON) !== undefined) {
    const key = take(cursor, KEY);
    const value: BareItem | undefined =
      take(cursor, EQUALS) === undefined ? { type: 'boolean', value: true } : readBareItem(cursor);
    if (key === undefined || value === undefined) return undefined;
    parameters.set(key, value);
  }
  return parameters;
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}
