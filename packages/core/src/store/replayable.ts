import { isToken } from '../http/fields.js';
import { hopByHopNames } from '../http/hop-by-hop.js';
import type { FieldLines, StoredResponse } from '../http/message.js';

/** The most fields a response from a store may have. */
export const MAX_FIELDS = 128;

/** The most names one list of a stored item may have: tags, fields that select a variant. */
export const MAX_NAMES = 1024;

// Statuses that say something about one request only (RFC 9110 sections 15.3.7 and 15.4.5).
const NEVER_STORED: ReadonlySet<number> = new Set([206, 304]);

// Never part of a stored response (RFC 9111 section 3.1): somebody else wrote it.
const NEVER_REPLAYED: readonly string[] = ['set-cookie', 'age'];

/**
 * Whether a response that came out of a store may be sent to a client: it could be what this cache stored, and
 * no field of it would make node:http throw or the client misread where the body ends.
 */
export function isReplayable(response: StoredResponse): boolean {
  return (
    isFinalStatus(response.status) &&
    (response.reason === undefined || isFieldValue(response.reason)) &&
    areFields(response.lines) &&
    areReplayed(response) &&
    areFieldNames(response.made) &&
    areTimes(response)
  );
}

/** Whether all of these are lower-case field names. */
export function areFieldNames(names: readonly string[]): boolean {
  return names.every((name) => isToken(name) && name === name.toLowerCase());
}

function isFinalStatus(status: number): boolean {
  return status >= 200 && status <= 599 && !NEVER_STORED.has(status);
}

function areFields(lines: FieldLines): boolean {
  return (
    lines.length % 2 === 0 && lines.every((text, at) => (at % 2 === 0 ? isToken(text) : isFieldValue(text)))
  );
}

// RFC 9110 section 5.5, which is what node:http lets through: no control characters, nothing beyond Latin-1.
function isFieldValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function areReplayed({ headers, body }: StoredResponse): boolean {
  const refused = [...NEVER_REPLAYED, ...hopByHopNames(headers)];
  if (refused.some((name) => headers[name] !== undefined)) return false;
  const length = headers['content-length'];
  return length === undefined || length === String(body.byteLength);
}

function areTimes(response: StoredResponse): boolean {
  const { position, requestedAt, generatedAt, freshUntil, staleUntil, errorUntil } = response;
  const all = [position, requestedAt, generatedAt, freshUntil, staleUntil, errorUntil];
  return all.every(Number.isFinite) && staleUntil >= freshUntil && errorUntil >= freshUntil;
}
