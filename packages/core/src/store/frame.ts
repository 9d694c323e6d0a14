import { createHash } from 'node:crypto';
import { types } from 'node:util';
import { headersOf } from '../http/fields.js';
import type { StoredResponse } from '../http/message.js';
import { type ByteReader, type ByteWriter, createReader, createWriter } from './bytes.js';
import { MAX_FIELDS, MAX_NAMES, areFieldNames, isReplayable } from './replayable.js';
import { readValue, type StoredValue, writeValue } from './stored-value.js';

/** What a store keeps under a key: a response, the names of the request headers that select one, or a value. */
export type StoredItem =
  | { readonly kind: 'value'; readonly value: StoredValue }
  | { readonly kind: 'response'; readonly response: StoredResponse }
  | { readonly kind: 'vary'; readonly names: readonly string[] };

/** An item as it came out of a store. */
export interface Frame {
  /** The invalidation log that the item's position belongs to. */
  readonly logId: string;
  readonly item: StoredItem;
}

// The last byte is the version: a frame of another version is a miss.
const MAGIC = Buffer.from([0x53, 0x4c, 0x46, 2]);
const RESPONSE = 0;
const VARY = 1;
const VALUE = 2;
// Half of a SHA-256. A CRC costs a third of it, but misses one in 2^32 damages and mixtures of two entries.
const CHECKSUM_BYTES = 16;

/**
 * The bytes of an item for a store: magic and version, key, log, item, checksum. They share no memory with it.
 * What {@link decodeFrame} would refuse (more than 128 fields, say) is written all the same and will be a miss.
 */
export function encodeFrame(key: string, logId: string, item: StoredItem): Uint8Array {
  const writer = createWriter();
  writer.bytes(MAGIC);
  writer.text(key);
  writer.text(logId);
  writeItem(writer, item);
  const content = writer.finish();
  return Buffer.concat([content, checksum(content)]);
}

/**
 * The item in a frame. `undefined` when anything is wrong with it: damaged, cut short, of another version,
 * written for another key, or a response that must not be replayed. Never throws, whatever the bytes are.
 */
export function decodeFrame(key: string, bytes: Uint8Array): Frame | undefined {
  const content = contentOf(bytes);
  if (content === undefined) return undefined;
  const reader = createReader(content);
  if (!reader.bytes().equals(MAGIC) || reader.text() !== key) return undefined;
  const logId = reader.text();
  const item = readItem(reader);
  return reader.done() && item !== undefined ? { logId, item } : undefined;
}

function contentOf(bytes: unknown): Buffer | undefined {
  if (!types.isUint8Array(bytes) || bytes.byteLength < CHECKSUM_BYTES) return undefined;
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const content = frame.subarray(0, -CHECKSUM_BYTES);
  return checksum(content).equals(frame.subarray(-CHECKSUM_BYTES)) ? content : undefined;
}

function checksum(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest().subarray(0, CHECKSUM_BYTES);
}

function writeItem(writer: ByteWriter, item: StoredItem): void {
  if (item.kind === 'response') return writeResponse(writer, item.response);
  if (item.kind === 'vary') return writeVary(writer, item.names);
  writer.count(VALUE);
  writeValue(writer, item.value);
}

function writeVary(writer: ByteWriter, names: readonly string[]): void {
  writer.count(VARY);
  writer.texts(names);
}

function writeResponse(writer: ByteWriter, response: StoredResponse): void {
  writer.count(RESPONSE);
  writer.count(response.status);
  writer.texts(response.reason === undefined ? [] : [response.reason]);
  writer.texts(response.lines);
  writer.texts(response.made);
  writer.count(response.forAll ? 1 : 0);
  writer.texts(response.tags);
  for (const name of NUMBERS) writer.float(response[name]);
  writer.bytes(response.body);
}

const NUMBERS = ['position', 'requestedAt', 'generatedAt', 'freshUntil', 'staleUntil', 'errorUntil'] as const;

function readItem(reader: ByteReader): StoredItem | undefined {
  const kind = reader.count();
  if (kind === RESPONSE) return readResponse(reader);
  if (kind === VALUE) {
    const value = readValue(reader);
    return value && { kind: 'value', value };
  }
  if (kind !== VARY) return undefined;
  const names = reader.texts(MAX_NAMES);
  return areFieldNames(names) ? { kind: 'vary', names } : undefined;
}

// Reads in the order in which writeResponse() writes.
function readResponse(reader: ByteReader): StoredItem | undefined {
  const status = reader.count();
  const [reason] = reader.texts(1);
  const lines = reader.texts(2 * MAX_FIELDS);
  const made = reader.texts(MAX_FIELDS);
  const response: StoredResponse = {
    status,
    ...(reason === undefined ? {} : { reason }),
    lines,
    headers: headersOf(lines),
    made,
    forAll: reader.count() === 1,
    tags: reader.texts(MAX_NAMES),
    position: reader.float(),
    requestedAt: reader.float(),
    generatedAt: reader.float(),
    freshUntil: reader.float(),
    staleUntil: reader.float(),
    errorUntil: reader.float(),
    body: reader.bytes(),
  };
  return isReplayable(response) ? { kind: 'response', response } : undefined;
}
