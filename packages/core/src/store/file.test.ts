import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeSuite } from '../testing/store-suite.js';
import { fileStore } from './file.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shelflife-file-store-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = (): string => join(root, String(++folders));

storeSuite('of files', () => fileStore({ directory: newFolder() }));

const LONG_MS = 60_000;
const VALUE = Buffer.from('the whole value');

async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function bytesOf(directory: string): Promise<number> {
  const files = await filesOf(directory);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A store with one entry, and the path of its file. */
async function withOne(): Promise<{ directory: string; store: ReturnType<typeof fileStore>; path: string }> {
  const directory = newFolder();
  const store = fileStore({ directory });
  await store.set('k', VALUE, LONG_MS);
  const [path] = await filesOf(directory);
  return { directory, store, path: path! };
}

describe('what lies on the disk', () => {
  test('K14 no key becomes a path', async () => {
    const directory = newFolder();
    const store = fileStore({ directory });
    for (const key of ['../up', '/etc/passwd', '..', 'a/b', 'C:\\x', '.', '~'])
      await store.set(key, VALUE, LONG_MS);
    const files = await filesOf(directory);
    expect(files).toHaveLength(7);
    for (const file of files) expect(file.slice(directory.length)).toMatch(/^\/[0-9a-f]{2}\/[0-9a-f]{62}$/);
  });

  test('F54 a file that was cut short is a miss, at whatever length', async () => {
    const { store, path } = await withOne();
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      expect(await store.get('k')).toBeUndefined();
    }
    await writeFile(path, whole);
    expect(await store.get('k')).toEqual(VALUE);
  });

  test('F55 so is one with any bit turned, and it is removed', async () => {
    const { store, path } = await withOne();
    const whole = await readFile(path);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      await writeFile(path, damaged);
      expect(await store.get('k')).toBeUndefined();
      await expect(stat(path)).rejects.toThrow('ENOENT');
    }
  });

  test('a file of another key, or a huge one, is not believed', async () => {
    const { directory, store, path } = await withOne();
    await store.set('other', VALUE, LONG_MS);
    const other = (await filesOf(directory)).find((file) => file !== path)!;
    await writeFile(other, await readFile(path));
    expect(await store.get('other')).toBeUndefined();
    await writeFile(path, Buffer.alloc(store.maxValueSize! + 1024));
    expect(await store.get('k')).toBeUndefined();
  });

  test('is found by the next process', async () => {
    const { directory } = await withOne();
    expect(await fileStore({ directory }).get('k')).toEqual(VALUE);
  });

  test('F57 what a killed process left behind is removed at start, what is being written is not', async () => {
    const { directory, store } = await withOne();
    await store.close?.();
    const [old, young] = ['old', 'young'].map((name) => join(directory, 'tmp', name));
    await writeFile(old!, 'x');
    await writeFile(young!, 'x');
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(old!, hourAgo, hourAgo);
    const again = fileStore({ directory });
    await expect.poll(() => readdir(join(directory, 'tmp'))).toEqual(['young']);
    await again.close?.();
  });

  test('F57 a directory that is removed while the store is used is made again', async () => {
    const { directory, store } = await withOne();
    await rm(directory, { recursive: true });
    expect(await store.get('k')).toBeUndefined();
    await store.set('k', VALUE, LONG_MS);
    expect(await store.get('k')).toEqual(VALUE);
  });

  test('F53 a disk that cannot be written to rejects and leaves nothing behind', async () => {
    const { directory, store, path } = await withOne();
    const key = 'in the way';
    const name = createHash('sha256').update(key).digest('hex');
    // A file where the folder should be.
    await rm(join(directory, name.slice(0, 2)), { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(join(directory, name.slice(0, 2)), 'x');
    await expect(store.set(key, VALUE, LONG_MS)).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });
});

describe('the size', () => {
  test('stays within its limit, oldest first', async () => {
    const directory = newFolder();
    const store = fileStore({ directory, maxSize: '1mb' });
    const value = Buffer.alloc(4000, 7);
    for (let at = 0; at < 600; at++) await store.set(String(at), value, LONG_MS);
    await store.close?.();
    expect(await bytesOf(directory)).toBeLessThanOrEqual(1024 * 1024);
    const again = fileStore({ directory, maxSize: '1mb' });
    const kept = await Promise.all(Array.from({ length: 600 }, (_, at) => again.get(String(at))));
    const young = kept.slice(300).filter((found) => found !== undefined).length;
    const old = kept.slice(0, 300).filter((found) => found !== undefined).length;
    expect([young > 2 * old, young > 100]).toEqual([true, true]);
    await again.close?.();
  });

  test('is brought under a smaller limit at start', async () => {
    const directory = newFolder();
    const store = fileStore({ directory });
    for (let at = 0; at < 400; at++) await store.set(String(at), Buffer.alloc(8000), LONG_MS);
    await store.close?.();
    const again = fileStore({ directory, maxSize: '1mb' });
    await expect.poll(() => bytesOf(directory), { timeout: 5000 }).toBeLessThanOrEqual(1024 * 1024);
    await again.close?.();
  });
});

test.each([
  [{ directory: '' }, `directory: expected a folder such as '/var/cache/shop'`],
  [{ directory: '/tmp/x', maxSize: 64 }, 'maxSize: expected at least 1mb'],
  [{ directory: '/tmp/x', size: 64 }, 'size'],
])('a wrong option is refused: %o', (options, message) => {
  expect(() => fileStore(options as never)).toThrow(message);
});

const TSX = createRequire(import.meta.url).resolve('tsx');
const WRITER = fileURLToPath(new URL('../testing/file-store/writer.ts', import.meta.url));

test('F49 two processes that write and are killed at any moment leave whole values only', async () => {
  const directory = newFolder();
  for (let round = 0; round < 6; round++) {
    const writers = [1, 2].map(() =>
      spawn(process.execPath, ['--import', TSX, WRITER, directory], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    await Promise.all(writers.map((writer) => once(writer.stdout, 'readable')));
    await sleep(Math.random() * 150);
    const ends = writers.map((writer) => once(writer, 'exit'));
    for (const writer of writers) writer.kill('SIGKILL');
    await Promise.all(ends);
  }
  const store = fileStore({ directory });
  let found = 0;
  for (let key = 0; key < 40; key++) {
    const value = await store.get(String(key));
    if (value === undefined) continue;
    found++;
    expect(createHash('sha256').update(value.subarray(32)).digest().equals(value.subarray(0, 32))).toBe(true);
  }
  expect(found).toBeGreaterThan(5);
  await store.close?.();
}, 60_000);
