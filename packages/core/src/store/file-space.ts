import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeFile, unlessMissing } from './files.js';

/** Sees to it that the files of a store take no more than their share of the disk. */
export interface FileSpace {
  /** Waits until there is room for a file of so many bytes, and counts it. */
  take(path: string, bytes: number): Promise<void>;
  /** Ends the work in the background. */
  close(): Promise<void>;
}

interface File {
  readonly path: string;
  readonly bytes: number;
  readonly writtenAt: number;
}

const FOLDERS: readonly string[] = Array.from({ length: 256 }, (_, at) => at.toString(16).padStart(2, '0'));
// A folder that somebody filled is looked at in parts.
const MAX_FILES = 20_000;
/** After so many writes one folder is counted anew: other processes write too. */
const RECOUNT_AFTER = 16;
/** A temporary file that is older belongs to a process that was killed. */
const ABANDONED_MS = 10 * 60 * 1000;
/** When room is made, this part of it is left in use. */
const LEAVE = 0.9;
/** So many files tell how old the old ones are. */
const SAMPLE = 500;
/** Another process may write faster than this one removes. */
const MAX_ROUNDS = 10;
/** The smallest unit a disk gives. */
const BLOCK = 4096;

/**
 * Counts by folder, one after the other, in the background: no list of all files is kept, and two processes that
 * share a directory correct each other's counts. Above `maxSize` bytes the files that were written first go, until a
 * tenth is free.
 */
export function createFileSpace(directory: string, maxSize: number): FileSpace {
  const sizes = new Map<string, number>();
  let total = 0;
  let writes = 0;
  let next = 0;
  let closed = false;
  let working: Promise<void> | undefined;

  function count(folder: string, bytes: number): void {
    total += bytes - (sizes.get(folder) ?? 0);
    sizes.set(folder, bytes);
  }

  async function recount(folder: string): Promise<readonly File[]> {
    const files = await filesIn(join(directory, folder));
    count(
      folder,
      files.reduce((sum, file) => sum + file.bytes, 0),
    );
    return files;
  }

  async function start(): Promise<void> {
    const now = Date.now();
    for (const file of await filesIn(join(directory, 'tmp')))
      if (now - file.writtenAt > ABANDONED_MS) await removeFile(file.path);
    for (const folder of FOLDERS) if (!closed) await recount(folder);
    await makeRoom();
  }

  const isOver = (): boolean => total > maxSize && !closed;

  async function makeRoom(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS && isOver(); round++) {
      const cutOff = await oldestTimes();
      for (const folder of FOLDERS) if (!closed && total > LEAVE * maxSize) await removeUntil(folder, cutOff);
    }
  }

  /** Until when files were written that must go, by a sample of them. */
  async function oldestTimes(): Promise<number> {
    const times: number[] = [];
    for (let at = 0; at < FOLDERS.length && times.length < SAMPLE; at++)
      for (const { writtenAt } of await recount(FOLDERS[next++ % FOLDERS.length]!)) times.push(writtenAt);
    const share = 1 - (LEAVE * maxSize) / Math.max(total, 1);
    return times.toSorted((one, other) => one - other)[Math.floor(share * times.length)] ?? 0;
  }

  async function removeUntil(folder: string, time: number): Promise<void> {
    for (const { path, bytes, writtenAt } of await recount(folder)) {
      if (writtenAt > time) continue;
      await removeFile(path);
      count(folder, (sizes.get(folder) ?? 0) - bytes);
    }
  }

  /** One task at a time; what comes meanwhile waits for the one that runs, and has to see whether that was enough. */
  function work(task: () => Promise<unknown>): Promise<void> {
    working ??= attempt(task);
    return working;
  }

  async function attempt(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch {
      // The disk failed: the next write finds out.
    }
    working = undefined;
  }

  void work(start);
  return {
    async take(path, bytes) {
      const folder = basename(dirname(path));
      count(folder, (sizes.get(folder) ?? 0) + blocks(bytes));
      if (++writes % RECOUNT_AFTER === 0) void work(() => recount(FOLDERS[next++ % FOLDERS.length]!));
      for (let round = 0; round < MAX_ROUNDS && isOver(); round++) await work(makeRoom);
    },
    async close() {
      closed = true;
      await working;
    },
  };
}

async function filesIn(folder: string): Promise<readonly File[]> {
  const found: File[] = [];
  const entries = await unlessMissing(opendir(folder));
  if (entries === undefined) return found;
  for await (const { name } of entries) {
    const path = join(folder, name);
    const info = await unlessMissing(stat(path));
    if (info?.isFile() === true) found.push({ path, bytes: blocks(info.size), writtenAt: info.mtimeMs });
    if (found.length >= MAX_FILES) break;
  }
  return found;
}

function blocks(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}
