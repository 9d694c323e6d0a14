import { optionError, ShelflifeError } from '../errors.js';
import { isToken } from '../http/fields.js';
import { MAX_TAGS, tagProblem } from '../key/tag.js';
import { functionOption, listOption, type UncheckedFunction } from './checks.js';
import { rejectUnknown } from './options.js';
import type { CookieMode, QueryMode } from './rule.js';

/** Checks of the options of a rule that have a form of their own. Lists come back without duplicates, frozen. */

const NOT_IN_VARY: ReadonlyMap<string, string> = new Map([
  ['*', 'Name the headers that decide the answer, or use bypass for requests that must not be cached.'],
  ['cookie', `Use cookies: { allow: ['name'] } to vary by single cookies.`],
  ['authorization', 'Use by to vary by what the credentials stand for: a user, a role, a plan.'],
]);

/** Rule option `vary`: lower-case header names, sorted. */
export function varyOption(where: string, value: unknown): readonly string[] {
  const names = listOption(where, value, `header names such as 'accept-language'`, headerName);
  return Object.freeze([...names].toSorted());
}

function headerName(where: string, name: string): string {
  const fix = NOT_IN_VARY.get(name.toLowerCase());
  if (fix !== undefined || !isToken(name))
    throw optionError(where, 'the name of a request header', name, fix);
  return name.toLowerCase();
}

/** Rule option `query`. */
export function queryOption(where: string, value: unknown): QueryMode {
  if (value === 'all' || value === 'none') return value;
  const [mode, list] = oneList(
    where,
    value,
    ['allow', 'ignore'],
    `'all', 'none', { allow: ['page'] } or { ignore: ['utm_*'] }`,
  );
  const everything = mode === 'allow' ? 'all' : 'none';
  const names = listOption(`${where}.${mode}`, list, `names such as 'page' or 'utm_*'`, (place, name) => {
    if (name === '*')
      throw optionError(place, 'the name of a query parameter', name, `Write query: '${everything}'.`);
    if (!name.slice(0, -1).includes('*')) return name;
    const prefix = name.slice(0, name.indexOf('*') + 1);
    throw optionError(place, `'*' at the end only`, name, prefix === '*' ? undefined : `Write '${prefix}'.`);
  });
  return Object.freeze(mode === 'allow' ? { allow: names } : { ignore: names });
}

/** Rule option `cookies`. */
export function cookiesOption(where: string, value: unknown): CookieMode {
  if (value === 'bypass' || value === 'ignore') return value;
  const [, list] = oneList(where, value, ['allow'], `'bypass', 'ignore' or { allow: ['lang'] }`);
  const names = listOption(`${where}.allow`, list, `cookie names such as 'lang'`, (place, name) => {
    if (isToken(name) && !name.includes('*')) return name;
    throw optionError(
      place,
      'the whole name of a cookie',
      name,
      'Cookies are allowed one by one, without patterns.',
    );
  });
  return Object.freeze({ allow: names });
}

// An object with exactly one of the names, and what it holds.
function oneList(
  where: string,
  value: unknown,
  known: readonly string[],
  expected: string,
): readonly [string, unknown] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const fix = Array.isArray(value) ? `Write { ${known.join(': […] } or { ')}: […] }.` : undefined;
    throw optionError(where, expected, value, fix);
  }
  rejectUnknown(where, value, known);
  const given = Object.entries(value).filter(([, list]) => list !== undefined);
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  const got = only === undefined ? 'an empty object' : 'both';
  throw new ShelflifeError('ERR_OPTION', `${where}: expected ${expected}, got ${got}. Write one of them.`);
}

/** Rule option `tags`: a list of at most 64 tags, or the function that returns one. */
export function tagsOption(where: string, value: unknown): readonly string[] | UncheckedFunction {
  if (typeof value === 'function') return functionOption(where, value);
  const tags = listOption(
    where,
    value,
    `tags such as 'products', or a function that returns one`,
    (place, tag) => {
      const problem = tagProblem(tag);
      if (problem !== undefined) throw new ShelflifeError('ERR_OPTION', `${place}: ${problem}`);
      return tag;
    },
  );
  if (tags.length > MAX_TAGS)
    throw optionError(where, `at most ${MAX_TAGS} tags`, tags, 'Use a tag that stands for several.');
  return tags;
}

/** Rule option `cacheControl`. */
export function cacheControlOption(where: string, value: unknown): string | false {
  if (value === false) return false;
  const expected = `text such as 'public, max-age=60', or false for none`;
  if (typeof value !== 'string' || value.trim() === '') throw optionError(where, expected, value);
  // Visible ASCII: a field value that cannot hold a second line.
  if (/^[\u0020-\u007e]+$/.test(value)) return value.trim();
  throw new ShelflifeError(
    'ERR_OPTION',
    `${where}: expected ${expected}, got ${JSON.stringify(value.slice(0, 60))} with a character that a header cannot hold.`,
  );
}
