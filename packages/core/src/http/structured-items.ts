/** A value without parameters (RFC 9651 section 3.3). Dates are seconds since 1970. */
export type BareItem =
  | { readonly type: 'integer' | 'decimal' | 'date'; readonly value: number }
  | { readonly type: 'string' | 'token' | 'display-string'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'boolean'; readonly value: boolean };

// Each fails on text that goes on where no value may: whoever reads on finds no delimiter then.
const DECIMAL = /-?\d{1,12}\.\d{1,3}/y;
const INTEGER = /-?\d{1,15}/y;
const STRING = /"(?:[ !#-[\]-~]|\\["\\])*"/y;
const TOKEN = /[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/y;
const BYTES = /:[A-Za-z0-9+/]*={0,2}:/y;
const BOOLEAN = /\?[01]/y;
const DATE = /@-?\d{1,15}/y;
const DISPLAY_STRING = /%"(?:[ !#$&-~]|%[0-9a-f]{2})*"/y;

const FORMS: readonly (readonly [RegExp, (text: string) => BareItem | undefined])[] = [
  [DECIMAL, (text) => ({ type: 'decimal', value: Number(text) })],
  [INTEGER, (text) => ({ type: 'integer', value: Number(text) })],
  [STRING, (text) => ({ type: 'string', value: text.slice(1, -1).replaceAll(/\\(.)/g, '$1') })],
  [TOKEN, (value) => ({ type: 'token', value })],
  [BYTES, (text) => ({ type: 'bytes', value: Buffer.from(text.slice(1, -1), 'base64') })],
  [BOOLEAN, (text) => ({ type: 'boolean', value: text === '?1' })],
  [DATE, (text) => ({ type: 'date', value: Number(text.slice(1)) })],
  [DISPLAY_STRING, readDisplayString],
];

/** Reads the value at `cursor.at` and moves behind it; `undefined` when there is none (RFC 9651 section 4.2.3.1). */
export function readBareItem(cursor: { readonly text: string; at: number }): BareItem | undefined {
  for (const [form, read] of FORMS) {
    form.lastIndex = cursor.at;
    const text = form.exec(cursor.text)?.[0];
    if (text === undefined) continue;
    cursor.at += text.length;
    return read(text);
  }
  return undefined;
}

function readDisplayString(text: string): BareItem | undefined {
  try {
    return { type: 'display-string', value: decodeURIComponent(text.slice(2, -1)) };
  } catch {
    // Not UTF-8.
    return undefined;
  }
}
