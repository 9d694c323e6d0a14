/** The request target of a request line, in its raw parts. */
export interface Target {
  /** `http://shop.example` when the target is in absolute form (RFC 9112 section 3.2.2), otherwise `''`. */
  readonly origin: string;
  /** As received: not decoded, dot segments and double slashes left alone. */
  readonly path: string;
  /** What follows the first `?`, `''` when there is none. */
  readonly query: string;
}

/**
 * Splits a request target without decoding anything, so that the parts cover every byte of it. `#` does not
 * belong into a request target and is a letter like any other.
 */
export function splitTarget(url: string): Target {
  if (url.startsWith('/')) return split('', url);
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
  const rest = url.slice(origin.length);
  return split(origin, origin !== '' && !rest.startsWith('/') ? `/${rest}` : rest);
}

function split(origin: string, rest: string): Target {
  const mark = rest.indexOf('?');
  if (mark === -1) return { origin, path: rest, query: '' };
  return { origin, path: rest.slice(0, mark), query: rest.slice(mark + 1) };
}
