/** Where authentication leaves whose request it is. */
const PLACES = ['user', 'auth', 'session'] as const;

/**
 * Notes what is known of a request's user. What it returns asks later whether one has become known since: then the
 * answer may be that user's, and the key cannot know.
 */
export function watchUser(request: unknown): () => boolean {
  const missing = PLACES.filter((place) => !isKnown(request, place));
  return () => missing.some((place) => isKnown(request, place));
}

function isKnown(request: unknown, place: (typeof PLACES)[number]): boolean {
  try {
    return ((request as Partial<Record<string, unknown>> | undefined)?.[place] ?? undefined) !== undefined;
  } catch {
    // A getter that does not want to be asked now.
    return false;
  }
}
