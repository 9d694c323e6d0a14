import type { Headers, RequestView } from './message.js';

/** A path whose stored responses an unsafe request has made wrong, on all methods, queries and variants. */
export interface InvalidTarget {
  /** Host and port as in {@link RequestView.authority}. */
  readonly authority: string;
  /** As received, not decoded, without the query. */
  readonly path: string;
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']);

/** Whether a method may change what is stored; one that is not known does (RFC 9111 section 4.4). */
export function isUnsafe(method: string): boolean {
  return !SAFE.has(method);
}

/**
 * What an answer invalidates (RFC 9111 section 4.4): when an unsafe method succeeded (2xx, 3xx) its target, and
 * what Location and Content-Location name on the same origin. URLs that cannot be read are ignored.
 */
export function invalidatedBy(
  view: Pick<RequestView, 'method' | 'url' | 'authority' | 'scheme'>,
  status: number,
  headers: Headers,
): readonly InvalidTarget[] {
  if (!isUnsafe(view.method) || status < 200 || status > 399) return [];
  const named = [headers['location'], headers['content-location']].flatMap((value) => value ?? []);
  const paths = [pathOf(view.url), ...named.map((reference) => sameOriginPath(reference, view))];
  const known = new Set(paths.filter((path) => path !== undefined));
  return [...known].map((path) => ({ authority: view.authority, path }));
}

// The target in absolute form (RFC 9112 section 3.2.2) carries scheme and authority in front of its path.
function pathOf(url: string): string | undefined {
  const path = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '').split('?', 1)[0];
  if (path === '') return '/';
  return path?.startsWith('/') === true ? path : undefined;
}

function sameOriginPath(
  reference: string,
  view: Pick<RequestView, 'url' | 'authority' | 'scheme'>,
): string | undefined {
  const base = `${view.scheme}://${view.authority}${pathOf(view.url) ?? '/'}`;
  if (!URL.canParse(reference, base)) return undefined;
  const target = new URL(reference, base);
  return target.origin === new URL(base).origin ? target.pathname : undefined;
}
