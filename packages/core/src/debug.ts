import type { CacheEvent } from './events.js';

/** The events that are decisions, or say why one came out badly, as a line each. */
const LINES: { readonly [T in CacheEvent['type']]?: (event: Extract<CacheEvent, { type: T }>) => string } = {
  hit: ({ url, ttl, collapsed }) =>
    `${url} hit ttl=${Math.floor(ttl / 1000)}${collapsed ? ' collapsed' : ''}`,
  forward: ({ url, fwd, detail }) => `${url} fwd=${fwd}${detail === undefined ? '' : ` ${detail}`}`,
  stored: ({ url, ttl, size, tags }) =>
    `${url} stored ttl=${Math.floor(ttl / 1000)} bytes=${size}${tags.length === 0 ? '' : ` tags=${tags.join(',')}`}`,
  'not-stored': ({ url, reason }) => `${url} not-stored ${reason}`,
  invalidated: ({ names, mode }) => `invalidated ${mode} ${names.join(' ')}`,
  fetch: ({ url, hit, ttl, fwd, detail }) =>
    `${url} fetch ${hit ? `hit ttl=${Math.floor(ttl ?? 0)}` : `fwd=${fwd}`}${detail === undefined ? '' : ` ${detail}`}`,
  refresh: ({ url }) => `${url} refresh`,
  'refresh-failed': ({ url }) => `${url} refresh-failed`,
  'rule-failed': ({ url, error }) => `${url} rule-failed ${error.message}`,
  'filter-failed': ({ error }) => `filter-failed ${String(error)}`,
  'store-failed': ({ operation, error }) => `store-failed ${operation} ${error.message}`,
};

/**
 * What the debug log (`SHELFLIFE_DEBUG=1`) says of an event: `shelflife /products/1 fwd=bypass COOKIE`. One line,
 * whatever a client has written into a URL. `undefined`: the event is no decision.
 */
export function debugLine(name: string, event: CacheEvent): string | undefined {
  const text = (LINES[event.type] as ((event: CacheEvent) => string) | undefined)?.(event);
  return text === undefined ? undefined : `${name} ${text.replaceAll(/[^ -~]/g, '?')}`;
}
