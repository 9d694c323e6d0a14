/**
 * Joins parts to one text in such a way that no two lists of parts give the same: each part is preceded by its
 * length (`5:hello`), an absent one is `-`. Nothing in a part can be taken for a separator.
 */
export function encodeParts(parts: readonly (string | undefined)[]): string {
  let text = '';
  for (const part of parts) text += part === undefined ? '-' : `${part.length}:${part}`;
  return text;
}
