import { type Named, textsByName } from './order.js';

/**
 * The cookies with these names as one Cookie value, sorted by name: `lang=de; plan=pro`. It enters the key, and
 * it is all that a refresh sends of the user's cookies. Names are compared as they are; of several cookies with
 * one name all count, in their order. `''` when there are none.
 *
 * @param header the value of the Cookie field, several lines joined by `; `.
 */
export function allowedCookies(header: string | undefined, names: readonly string[]): string {
  if (header === undefined || names.length === 0) return '';
  const found: Named[] = [];
  for (const pair of header.split(';')) {
    const mark = pair.indexOf('=');
    const name = trimSpace(mark === -1 ? pair : pair.slice(0, mark));
    if (!names.includes(name)) continue;
    found.push({ name, text: mark === -1 ? name : `${name}=${trimSpace(pair.slice(mark + 1))}` });
  }
  return textsByName(found).join('; ');
}

// Not trim(), only space and tab are white space in a header; not a pattern, on many spaces it takes quadratic time.
function trimSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === ' ' || text[start] === '\t') start += 1;
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  return text.slice(start, end);
}
