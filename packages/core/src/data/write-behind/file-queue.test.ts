import { appendFile, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileQueue, fileQueue } from './file-queue.js';
import type { WriteQueue } from './queue.js';
import type { OpenFile } from './segment.js';
import { decodeRecords, encodeRecord, type WalRecord } from './wal-format.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shelflife-wal-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const text = (words: string): Uint8Array => Buffer.from(words);

/** What a process that starts now finds. */
async function reopened(): Promise<readonly string[]> {
  await rm(join(directory, 'lock'), { force: true });
  const queue = fileQueue({ directory });
  const writes = (await queue.open()).map(({ bytes }) => Buffer.from(bytes).toString());
  await queue.close();
  return writes;
}

async function opened(queue: WriteQueue = fileQueue({ directory })): Promise<WriteQueue> {
  await queue.open();
  return queue;
}

describe('records', () => {
  const records: readonly WalRecord[] = [
    { kind: 'write', seq: 1, bytes: text('one') },
    { kind: 'done', seq: 2, bytes: text('') },
    { kind: 'buried', seq: 2 ** 40, bytes: text('three') },
  ];
  const file = Buffer.concat(records.map(encodeRecord));

  test('come back as they were', () => {
    expect(decodeRecords(file)).toEqual({ records, end: file.length });
  });

  test('whatever is cut off or changed: what is before it is read, nothing after it', () => {
    const ends = [
      0,
      ...records.map((_, at) => Buffer.concat(records.slice(0, at + 1).map(encodeRecord)).length),
    ];
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, cut) => {
        const bad = Buffer.from(cut ? file.subarray(0, at) : file);
        if (!cut) bad[at] = (bad[at]! + by) % 256;
        const whole = ends.findLastIndex((end) => end <= at);
        expect(decodeRecords(bad)).toEqual({ records: records.slice(0, whole), end: ends[whole] });
      }),
      { numRuns: 2000 },
    );
  });
});

test('what was added and is not done is found again, in order', async () => {
  const queue = await opened();
  const seqs = await Promise.all(['a', 'b', 'c', 'd'].map((word) => queue.add(text(word))));
  await queue.done([seqs[1]!, seqs[3]!]);
  expect(await reopened()).toEqual(['a', 'c']);
  expect(await reopened()).toEqual(['a', 'c']);
});

test('a torn tail is cut away, wherever it is torn, and what is added then is found', async () => {
  const queue = await opened();
  await queue.add(text('first'));
  const path = join(directory, '0000000000.wal');
  const whole = (await readFile(path)).length;
  await queue.add(text('second'));
  const end = (await readFile(path)).length;
  await queue.close();
  const bytes = await readFile(path);
  for (let at = whole; at < end; at++) {
    await writeFile(path, bytes);
    await truncate(path, at);
    const next = fileQueue({ directory });
    expect(await next.open()).toHaveLength(1);
    await next.add(text('third'));
    await next.close();
    expect(await reopened()).toEqual(['first', 'third']);
  }
}, 30_000);

test('noise behind the last record is cut away', async () => {
  const queue = await opened();
  await queue.add(text('first'));
  await queue.close();
  await appendFile(join(directory, '0000000000.wal'), Buffer.alloc(100, 0xff));
  expect(await reopened()).toEqual(['first']);
});

test('files are removed, oldest first, when all in them is done; what is not done keeps those after it', async () => {
  const queue = await opened(createFileQueue(directory, open, 100));
  const files = async (): Promise<number> =>
    (await readdir(directory)).filter((name) => name.endsWith('.wal')).length;
  const seqs: number[] = [];
  for (let at = 0; at < 20; at++) seqs.push(await queue.add(text(`write ${at}`.padEnd(60))));
  expect(await files()).toBeGreaterThan(5);
  await queue.done(seqs.slice(1));
  expect(await files()).toBeGreaterThan(5);
  expect((await reopened()).map((found) => found.trim())).toEqual(['write 0']);
  await queue.done(seqs.slice(0, 1));
  expect(await files()).toBeLessThan(3);
  expect(await reopened()).toEqual([]);
});

describe('a disk that is full', () => {
  /** Opens files that take so many more bytes; `sync: false`: flushing fails. */
  function disk(): { room: number; syncs: boolean; readonly openFile: OpenFile } {
    const state = {
      room: Infinity,
      syncs: true,
      openFile: (async (...args: Parameters<OpenFile>) => {
        const file = await open(...args);
        const write = file.write.bind(file) as (...parts: readonly unknown[]) => Promise<unknown>;
        const datasync = file.datasync.bind(file);
        return Object.assign(file, {
          write: (bytes: Buffer, offset: number, length: number, position: number) => {
            const fits = Math.min(length, state.room);
            if (fits <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
            state.room -= fits;
            return write(bytes, offset, fits, position);
          },
          datasync: () => (state.syncs ? datasync() : Promise.reject(new Error('i/o error'))),
        });
      }) as OpenFile,
    };
    return state;
  }

  test.each([0, 1, 10, 20, 30])(
    'after %i bytes: the write is refused, and leaves nothing behind',
    async (room) => {
      const state = disk();
      const queue = await opened(createFileQueue(directory, state.openFile, 1e6));
      await queue.add(text('first'));
      state.room = room;
      const refused = await Promise.allSettled(['second', 'another'].map((word) => queue.add(text(word))));
      expect(refused.map(({ status }) => status)).toContain('rejected');
      const rejected = refused.find((result) => result.status === 'rejected');
      expect(rejected).toMatchObject({
        reason: { code: 'ERR_QUEUE', message: expect.stringContaining('no space') },
      });
      state.room = Infinity;
      await queue.add(text('third'));
      await queue.close();
      const accepted = ['second', 'another'].filter((_, at) => refused[at]?.status === 'fulfilled');
      expect(await reopened()).toEqual(['first', ...accepted, 'third']);
    },
  );

  test('a flush that fails: what was written is not there, also when it is as long as what follows', async () => {
    const state = disk();
    const queue = await opened(createFileQueue(directory, state.openFile, 1e6));
    await queue.add(text('first'));
    state.syncs = false;
    const refused = ['aaaaa', 'bbbbb'].map((word) => queue.add(text(word)));
    for (const each of refused) await expect(each).rejects.toThrow('i/o error');
    state.syncs = true;
    await queue.add(text('ccccc'));
    await queue.close();
    expect(await reopened()).toEqual(['first', 'ccccc']);
  });
});

test('what was put aside is found, also by the next process', async () => {
  const queue = await opened();
  await Promise.all(['a', 'b'].map((word) => queue.bury(text(word))));
  await queue.close();
  const found = (await fileQueue({ directory }).buried()).map((bytes) => Buffer.from(bytes).toString());
  expect(found).toEqual(['a', 'b']);
});

test('one process at a time: a living owner keeps others out, a dead one does not', async () => {
  await writeFile(join(directory, 'lock'), String(process.ppid));
  await expect(fileQueue({ directory }).open()).rejects.toMatchObject({ code: 'ERR_QUEUE' });
  await writeFile(join(directory, 'lock'), '4194304');
  const queue = await opened();
  await queue.close();
  expect(await readdir(directory)).not.toContain('lock');
});

test('wrong options are refused', () => {
  expect(() => fileQueue({} as never)).toThrow('directory: expected the path of a folder');
  expect(() => fileQueue({ directory: 'x', sync: false } as never)).toThrow('unknown option');
});
