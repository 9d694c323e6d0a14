import { crc32 } from 'node:zlib';

/** A record of a write-ahead log. */
export interface WalRecord {
  readonly kind: 'write' | 'done' | 'buried';
  readonly seq: number;
  readonly bytes: Uint8Array;
}

const KINDS = ['write', 'done', 'buried'] as const;
// Length, checksum, kind, sequence number.
const HEAD_BYTES = 4 + 4 + 1 + 8;

/** The most bytes one record may hold. */
export const MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

/** A record as bytes: length, CRC-32 of the rest, kind, sequence number, content. */
export function encodeRecord({ kind, seq, bytes }: WalRecord): Buffer {
  const record = Buffer.allocUnsafe(HEAD_BYTES + bytes.byteLength);
  record.writeUInt32LE(bytes.byteLength, 0);
  record.writeUInt8(KINDS.indexOf(kind), 8);
  record.writeDoubleLE(seq, 9);
  record.set(bytes, HEAD_BYTES);
  record.writeUInt32LE(crc32(record.subarray(8)), 4);
  return record;
}

/** The records at the start of `file`, up to the first that is cut off or damaged, and how many bytes they take. */
export function decodeRecords(file: Buffer): {
  readonly records: readonly WalRecord[];
  readonly end: number;
} {
  const records: WalRecord[] = [];
  let end = 0;
  for (let next = recordAt(file, 0); next !== undefined; next = recordAt(file, end)) {
    records.push(next);
    end += HEAD_BYTES + next.bytes.byteLength;
  }
  return { records, end };
}

function recordAt(file: Buffer, at: number): WalRecord | undefined {
  if (at + HEAD_BYTES > file.length) return undefined;
  const length = file.readUInt32LE(at);
  const end = at + HEAD_BYTES + length;
  if (length > MAX_RECORD_BYTES || end > file.length) return undefined;
  if (crc32(file.subarray(at + 8, end)) !== file.readUInt32LE(at + 4)) return undefined;
  const kind = KINDS[file.readUInt8(at + 8)];
  const bytes = file.subarray(at + HEAD_BYTES, end);
  return kind && { kind, seq: file.readDoubleLE(at + 9), bytes };
}
