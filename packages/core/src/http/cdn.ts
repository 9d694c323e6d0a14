import type { CdnOptions } from '../rule/cdn.js';
import { parseCacheControl } from './cache-control.js';
import { fieldValue } from './fields.js';
import type { FieldLines, Headers } from './message.js';

/**
 * What CDNs are told of a response that is for all: how long they keep it, for the two fields that they know.
 * Nothing when the handler has told them itself: in one of the two, or with `s-maxage`.
 *
 * @param keep `false`: they must not keep it, whatever the rule says.
 */
export function cdnControlLines(headers: Headers, cdn: CdnOptions, keep: boolean): FieldLines {
  const control = parseCacheControl(fieldValue(headers, 'cache-control'));
  if (saysLifetimeToCdns(headers)) return [];
  if (keep && (cdn.maxAge === undefined || control.sMaxage !== undefined)) return [];
  const value = keep ? directives(cdn, control.mustRevalidate || control.proxyRevalidate) : 'no-store';
  return FIELDS.flatMap((name) => [name, value]);
}

/** Whether a handler has told CDNs itself how long they keep its answer. */
export function saysLifetimeToCdns(headers: Headers): boolean {
  return FIELDS.some((name) => headers[name.toLowerCase()] !== undefined);
}

/**
 * The lines of a stored response for a use when it is stale: what {@link cdnControlLines} added says no longer how
 * long CDNs keep it, or a CDN would take it for fresh for its whole `maxAge`.
 */
export function staleCdnLines(lines: FieldLines, cdn: CdnOptions | undefined): FieldLines {
  if (cdn?.maxAge === undefined) return lines;
  const own = new Set([directives(cdn, false), directives(cdn, true)]);
  return lines.map((text, at) => {
    const isOurs = at % 2 === 1 && own.has(text) && FIELDS.includes(lines[at - 1]!);
    return isOurs ? 'max-age=0' : text;
  });
}

const FIELDS: readonly string[] = ['CDN-Cache-Control', 'Surrogate-Control'];

// In place of Cache-Control (RFC 9213 section 2.2), so what that forbids must be said again.
function directives({ maxAge, swr, staleIfError }: CdnOptions, mustRevalidate: boolean): string {
  const said = [`max-age=${maxAge}`];
  if (mustRevalidate) return [...said, 'must-revalidate'].join(', ');
  if (swr !== undefined) said.push(`stale-while-revalidate=${swr}`);
  if (staleIfError !== undefined) said.push(`stale-if-error=${staleIfError}`);
  return said.join(', ');
}
