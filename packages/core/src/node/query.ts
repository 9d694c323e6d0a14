/** The query of a URL with its question mark, or `''`. */
export function queryOf(url: string): string {
  return url.includes('?') ? url.slice(url.indexOf('?')) : '';
}

/** A URL with the query of another: `/inner?a=1` and `/outer?b=2` make `/inner?b=2`. */
export function withQueryOf(url: string, other: string): string {
  return url.split('?', 1)[0] + queryOf(other);
}

/**
 * What is left of a query that was parsed, and maybe validated, when a URL has become another with fewer parameters.
 * How it was parsed is not known: `filter[colour]` may be a name, or lie in `filter`.
 */
export function narrowQuery(query: object, whole: string, left: string): object {
  const [all, kept] = [namesOf(whole), namesOf(left)];
  const isVisible = (name: string): boolean =>
    all.includes(name) ? kept.includes(name) : kept.some(isIn(name)) || !all.some(isIn(name));
  return Object.fromEntries(Object.entries(query).filter(([name]) => isVisible(name)));
}

function namesOf(url: string): readonly string[] {
  return [...new URLSearchParams(queryOf(url)).keys()];
}

function isIn(name: string): (parameter: string) => boolean {
  return (parameter) => parameter.startsWith(`${name}[`) || parameter.startsWith(`${name}.`);
}
