import { fieldValue, isToken, listMembers } from './fields.js';
import type { Headers } from './message.js';

// RFC 9110 section 7.6.1 and RFC 9111 section 3.1.
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

// Without these a message would mean something else or reach someone else, so Connection cannot name them.
const END_TO_END: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expires',
  'host',
  'last-modified',
  'set-cookie',
  'vary',
]);

/**
 * Lower-case names of the fields that concern one connection only and are never stored or replayed: a fixed
 * list, and what the message's own Connection field names (RFC 9110 section 7.6.1).
 */
export function hopByHopNames(headers: Headers): ReadonlySet<string> {
  const connection = fieldValue(headers, 'connection');
  if (connection === undefined) return HOP_BY_HOP;
  const named = listMembers(connection).map((name) => name.toLowerCase());
  return new Set([...HOP_BY_HOP, ...named.filter((name) => isToken(name) && !END_TO_END.has(name))]);
}
