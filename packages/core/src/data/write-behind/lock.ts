import { open, readFile, rm } from 'node:fs/promises';
import { ShelflifeError } from '../../errors.js';

/**
 * Makes sure that no other process of this machine uses a folder; what it returns gives the folder back.
 * @throws ShelflifeError `ERR_QUEUE` when another one does.
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (owner > 0 && owner !== process.pid && isAlive(owner))
      throw new ShelflifeError(
        'ERR_QUEUE',
        `${path}: process ${owner} uses this folder. Give each process a folder of its own.`,
      );
    // Its owner was killed.
    await rm(path, { force: true });
  }
  throw new ShelflifeError('ERR_QUEUE', `${path}: several processes try to use this folder.`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
