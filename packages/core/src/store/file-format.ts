import { crc32 } from 'node:zlib';
import { createReader, createWriter } from './bytes.js';

// The last byte is the version.
const MAGIC = Buffer.from([0x53, 0x4c, 0x46, 0x31]);
const SUM_BYTES = 4;

/** More than what a file has besides its value: magic, key, times, lengths, checksum. */
export const HEADER_ROOM = 512;

/** The content of a file: what it holds for which key until when (Unix milliseconds), with a checksum at its end. */
export function encodeFile(key: string, value: Uint8Array, expiresAt: number): Buffer {
  const writer = createWriter();
  writer.bytes(MAGIC);
  writer.text(key);
  writer.float(expiresAt);
  writer.bytes(value);
  const content = writer.finish();
  const sum = Buffer.alloc(SUM_BYTES);
  sum.writeUInt32LE(crc32(content));
  return Buffer.concat([content, sum]);
}

/** The value in a file; `undefined` when it is damaged, cut short, for another key or past its time. Never throws. */
export function decodeFile(key: string, file: Buffer, now: number): Uint8Array | undefined {
  if (file.length < SUM_BYTES) return undefined;
  const content = file.subarray(0, -SUM_BYTES);
  if (crc32(content) !== file.readUInt32LE(content.length)) return undefined;
  const reader = createReader(content);
  if (!reader.bytes().equals(MAGIC) || reader.text() !== key) return undefined;
  const expiresAt = reader.float();
  const value = reader.bytes();
  return reader.done() && expiresAt > now ? value : undefined;
}
