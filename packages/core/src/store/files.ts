import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The whole file, or `undefined` when it is not there. One that is larger than `most` is damaged: it is removed unread. */
export async function readWhole(path: string, most: number): Promise<Buffer | undefined> {
  const file = await unlessMissing(open(path, 'r'));
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    if (size <= most) return await file.readFile();
  } finally {
    await file.close();
  }
  await removeFile(path);
  return undefined;
}

/**
 * Puts a file in the place of the one there is, in one step: readers see the old one or the new one, also after a
 * crash. Folders that are missing, because somebody removed them, are made.
 */
export async function replaceFile(path: string, temporary: string, content: Uint8Array): Promise<void> {
  try {
    await writeFlushed(temporary, content);
    await inFolder(path, () => rename(temporary, path));
  } catch (error) {
    await removeFile(temporary).catch(() => {});
    throw error;
  }
}

/** Removes a file; one that is not there is no error. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function writeFlushed(path: string, content: Uint8Array): Promise<void> {
  const file = await inFolder(path, () => open(path, 'wx', 0o600));
  try {
    await file.writeFile(content);
    // Else a power cut could leave the new name with nothing under it.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function inFolder<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await run();
  }
}

/** The result, or `undefined` when a file or folder is not there. */
export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
