/** A piece of a request that has a name: a query parameter, a cookie. */
export interface Named {
  readonly name: string;
  readonly text: string;
}

/** The texts sorted by name, in the order of their UTF-16 units; those with one name keep their order. */
export function textsByName(pieces: readonly Named[]): string[] {
  const sorted = pieces.toSorted((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
  return sorted.map(({ text }) => text);
}
