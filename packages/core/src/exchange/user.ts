/** Where authentication leaves whose request it is: on the request, and in `res.locals` of Express. */
const PLACES = ['user', 'auth', 'session'] as const;
type Place = (typeof PLACES)[number];

/** What an answer has to do with the user of its request. */
export interface UserWatch {
  /** One has become known since: the answer may be his, and the key cannot know. */
  readonly isLate: () => boolean;
  /** One was known before, and somebody has looked at him since: the answer may depend on him. */
  readonly isRead: () => boolean;
}

/**
 * Notes what is known of a request's user, and from now on who looks at it. Not at a session: middleware that keeps one
 * looks at it with every request, and it comes with a cookie, of which the rule says what it means.
 */
export function watchUser(request: unknown, hasBy: boolean): UserWatch {
  const holders = holdersOf(request);
  const missing = holders.flatMap((holder) =>
    PLACES.filter((place) => !isKnown(holder, place)).map((place) => [holder, place] as const),
  );
  let isRead = false;
  // With `by` the rule vouches that the key holds what matters of the user.
  if (!hasBy)
    for (const holder of holders)
      for (const place of PLACES)
        if (place !== 'session' && isKnown(holder, place)) onRead(holder, place, () => (isRead = true));
  return {
    isLate: () => missing.some(([holder, place]) => isKnown(holder, place)),
    isRead: () => isRead,
  };
}

function holdersOf(request: unknown): readonly object[] {
  const locals = (request as { readonly res?: { readonly locals?: unknown } } | undefined)?.res?.locals;
  return [request, locals].filter(
    (holder): holder is object => typeof holder === 'object' && holder !== null,
  );
}

function isKnown(holder: object, place: Place): boolean {
  try {
    return ((holder as Partial<Record<Place, unknown>>)[place] ?? undefined) !== undefined;
  } catch {
    // A getter that does not want to be asked now.
    return false;
  }
}

/** Calls `told` whenever a property is read, which stays what it is otherwise. */
function onRead(holder: object, place: Place, told: () => void): void {
  if (Object.getOwnPropertyDescriptor(holder, place)?.configurable === false) return told();
  const found = descriptorOf(holder, place);
  let value: unknown = found?.value;
  Object.defineProperty(holder, place, {
    configurable: true,
    enumerable: found?.enumerable ?? true,
    get() {
      told();
      return found?.get === undefined ? value : (found.get.call(holder) as unknown);
    },
    set(later: unknown) {
      if (found?.set === undefined) value = later;
      else found.set.call(holder, later);
    },
  });
}

function descriptorOf(holder: object | null, place: Place): PropertyDescriptor | undefined {
  if (holder === null) return undefined;
  const above = Object.getPrototypeOf(holder) as object | null;
  return Object.getOwnPropertyDescriptor(holder, place) ?? descriptorOf(above, place);
}
