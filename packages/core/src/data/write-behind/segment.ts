import type { FileHandle, open } from 'node:fs/promises';
import { decodeRecords, encodeRecord, type WalRecord } from './wal-format.js';

/** Opens files; tests hand in one whose disk is full. */
export type OpenFile = typeof open;

/** One file of a write-ahead log. */
export interface Segment {
  readonly path: string;
  /** Bytes of whole records. */
  readonly size: number;
  /**
   * Adds records and resolves when they outlive a crash. When it rejects none of them is in the file; calls must not
   * overlap.
   */
  append(records: readonly WalRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens or makes a segment, with the records that are in it; what is cut off or damaged at its end is cut away. */
export async function openSegment(
  path: string,
  openFile: OpenFile,
): Promise<{ readonly segment: Segment; readonly records: readonly WalRecord[] }> {
  // Not for appending: a record that failed is written over.
  const file = await openFile(path, 'a+', 0o600).then(
    async (made) => (await made.close(), openFile(path, 'r+')),
  );
  const { records, end } = decodeRecords(await file.readFile());
  let size = end;
  let isTorn = true;

  /** What a failed append has left must never be found in front of, or behind, what is written next. */
  async function trim(): Promise<void> {
    if (!isTorn) return;
    await file.truncate(size);
    isTorn = false;
  }

  await trim();
  return {
    records,
    segment: {
      path,
      get size() {
        return size;
      },
      async append(added) {
        const bytes = Buffer.concat(added.map(encodeRecord));
        await trim();
        isTorn = true;
        await writeAll(file, bytes, size);
        await file.datasync();
        isTorn = false;
        size += bytes.byteLength;
      },
      close: () => file.close(),
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}
