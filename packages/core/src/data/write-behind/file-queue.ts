import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { optionError, ShelflifeError } from '../../errors.js';
import { rejectUnknown } from '../../rule/options.js';
import { lockFolder } from './lock.js';
import type { QueuedWrite, WriteQueue } from './queue.js';
import { type OpenFile, openSegment, type Segment } from './segment.js';
import { MAX_RECORD_BYTES, type WalRecord } from './wal-format.js';

/** Options of {@link fileQueue}. */
export interface FileQueueOptions {
  /** A folder of its own, on a disk that stays. One process uses it at a time. */
  readonly directory: string;
}

/** A file is put away, and removed when nothing in it is needed any more, above this size. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

interface Job {
  readonly record: WalRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A queue in files: a write-ahead log, flushed to the disk before a write is acknowledged. Writes that come while the
 * disk is busy share the next flush.
 * @throws ShelflifeError `ERR_OPTION` for wrong options; `ERR_QUEUE` (as a rejection) while another process uses the folder.
 */
export function fileQueue(options: FileQueueOptions): WriteQueue {
  rejectUnknown('fileQueue()', options, ['directory']);
  if (typeof options.directory !== 'string' || options.directory === '')
    throw optionError('directory', 'the path of a folder', options.directory);
  return createFileQueue(options.directory, open, SEGMENT_BYTES);
}

/** {@link fileQueue} for tests: with other files and sizes. */
export function createFileQueue(directory: string, openFile: OpenFile, segmentBytes: number): WriteQueue {
  // Oldest first, each with its writes that are not done; the last is written to.
  const segments: { readonly segment: Segment; readonly waiting: Set<number> }[] = [];
  let jobs: Job[] = [];
  let isWriting: Promise<void> | undefined;
  let graves: Segment | undefined;
  let burials: Promise<void> = Promise.resolve();
  let seq = 0;
  let number = 0;
  let unlock = async (): Promise<void> => {};

  async function addSegment(): Promise<readonly WalRecord[]> {
    const { segment, records } = await openSegment(join(directory, nameOf(number)), openFile);
    number++;
    segments.push({ segment, waiting: new Set() });
    await syncFolder(directory);
    return records;
  }

  async function openAll(): Promise<readonly QueuedWrite[]> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    unlock = await lockFolder(join(directory, 'lock'));
    const writes = new Map<number, Uint8Array>();
    for (const found of await numbersIn(directory)) {
      number = found;
      for (const record of await addSegment()) recall(record, writes);
    }
    if (segments.length === 0) await addSegment();
    return [...writes].map(([at, bytes]) => ({ seq: at, bytes })).toSorted((a, b) => a.seq - b.seq);
  }

  function recall({ kind, seq: at, bytes }: WalRecord, writes: Map<number, Uint8Array>): void {
    seq = Math.max(seq, at);
    if (kind === 'write') {
      writes.set(at, bytes);
      segments.at(-1)!.waiting.add(at);
    } else for (const done of deserialize(bytes) as number[]) settle(done, writes);
  }

  function settle(done: number, writes?: Map<number, Uint8Array>): void {
    writes?.delete(done);
    for (const { waiting } of segments) waiting.delete(done);
  }

  function enqueue(kind: 'write' | 'done', bytes: Uint8Array): Promise<number> {
    if (bytes.byteLength > MAX_RECORD_BYTES)
      throw new ShelflifeError('ERR_QUEUE', `a write may have ${MAX_RECORD_BYTES} bytes.`);
    const record: WalRecord = { kind, seq: ++seq, bytes };
    return new Promise((resolve, reject) => {
      jobs.push({ record, resolve: () => resolve(record.seq), reject });
      isWriting ??= writeJobs();
    });
  }

  async function writeJobs(): Promise<void> {
    while (jobs.length > 0) {
      const batch = jobs;
      jobs = [];
      try {
        if (segments.at(-1)!.segment.size > segmentBytes) await addSegment();
        const { segment, waiting } = segments.at(-1)!;
        await segment.append(batch.map(({ record }) => record));
        for (const { record } of batch) if (record.kind === 'write') waiting.add(record.seq);
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        const error = new ShelflifeError('ERR_QUEUE', `${directory}: ${String(cause)}`, { cause });
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = undefined;
  }

  /** Oldest first, because what is done is noted in later ones. */
  async function removeOld(): Promise<void> {
    while (segments.length > 1 && segments[0]!.waiting.size === 0) {
      const { segment } = segments.shift()!;
      await segment.close();
      await rm(segment.path, { force: true });
    }
  }

  const openGraves = (): ReturnType<typeof openSegment> => openSegment(join(directory, 'buried'), openFile);

  async function bury(bytes: Uint8Array): Promise<void> {
    if (graves === undefined) {
      graves = (await openGraves()).segment;
      await syncFolder(directory);
    }
    await graves.append([{ kind: 'buried', seq: ++seq, bytes }]);
  }

  return {
    open: openAll,
    add: (bytes) => enqueue('write', bytes),
    async done(seqs) {
      await enqueue('done', serialize([...seqs]));
      for (const done of seqs) settle(done);
      await removeOld();
    },
    bury(bytes) {
      // One after the other; one that failed does not hold up the next.
      const burial = burials.catch(() => undefined).then(() => bury(bytes));
      burials = burial;
      return burial;
    },
    async buried() {
      const { segment, records } = await openGraves();
      await segment.close();
      return records.map(({ bytes }) => bytes);
    },
    async close() {
      await isWriting;
      await burials.catch(() => undefined);
      for (const { segment } of segments) await segment.close();
      await graves?.close();
      await unlock();
    },
  };
}

const nameOf = (number: number): string => `${String(number).padStart(10, '0')}.wal`;

async function numbersIn(directory: string): Promise<readonly number[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{10}\.wal$/.test(name));
  return names.map((name) => Number.parseInt(name, 10)).toSorted((a, b) => a - b);
}

/** A new file is there after a crash only when its folder was flushed too. */
async function syncFolder(directory: string): Promise<void> {
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
