import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../clock.js';
import { optionError } from '../errors.js';
import { rejectUnknown } from '../rule/options.js';
import { parseSize } from '../rule/size.js';
import { decodeFile, encodeFile, HEADER_ROOM } from './file-format.js';
import { createFileSpace } from './file-space.js';
import { readWhole, removeFile, replaceFile } from './files.js';
import type { Store } from './store.js';

/** Options of {@link fileStore}. */
export interface FileStoreOptions {
  /** Made when it is not there. For this store alone; several processes may share it. */
  readonly directory: string;
  /** Bytes on disk, or `'1gb'` (the default); at least 1 MB. What was written first goes first. */
  readonly maxSize?: number | string;
}

const SMALLEST = 1024 * 1024;
/** A write waits until the disk has it. */
const DEADLINE_MS = 250;

/**
 * Keeps entries as files, for a memory tier that is too small or an application that restarts. A file is written
 * under another name, flushed and renamed, so that a reader sees the old one or the new one whatever is killed when;
 * what is damaged all the same is a miss. File names are digests of keys.
 *
 * It brings no order of invalidations: without another `log` entries are good for the process that made them, and
 * a process that starts anew begins with none.
 *
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function fileStore(options: FileStoreOptions): Store {
  rejectUnknown('fileStore()', options, ['directory', 'maxSize']);
  const { directory, maxSize = '1gb' } = options;
  if (typeof directory !== 'string' || directory === '')
    throw optionError('directory', `a folder such as '/var/cache/shop'`, directory);
  const bytes = parseSize('maxSize', maxSize);
  if (bytes < SMALLEST) throw optionError('maxSize', 'at least 1mb', maxSize);
  const space = createFileSpace(directory, bytes);
  const maxValueSize = Math.floor(bytes / 8) - HEADER_ROOM;

  return {
    maxValueSize,
    deadline: DEADLINE_MS,
    async get(key) {
      const path = pathOf(directory, key);
      const file = await readWhole(path, maxValueSize + HEADER_ROOM);
      if (file === undefined) return undefined;
      const value = decodeFile(key, file, systemClock.now());
      if (value === undefined) await removeFile(path);
      return value;
    },
    async set(key, value, ttlMs) {
      if (value.byteLength > maxValueSize) return removeFile(pathOf(directory, key));
      const file = encodeFile(key, value, systemClock.now() + ttlMs);
      await space.take(pathOf(directory, key), file.byteLength);
      await replaceFile(pathOf(directory, key), join(directory, 'tmp', randomUUID()), file);
    },
    async delete(key) {
      await removeFile(pathOf(directory, key));
    },
    close: () => space.close(),
  };
}

function pathOf(directory: string, key: string): string {
  const name = createHash('sha256').update(key).digest('hex');
  return join(directory, name.slice(0, 2), name.slice(2));
}
