import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { valueOf } from '../copies.js';
import { fileQueue } from './file-queue.js';

const TSX = createRequire(import.meta.url).resolve('tsx');
const WRITER = fileURLToPath(new URL('../../testing/file-store/behind-writer.ts', import.meta.url));
/** 200 for a release: `SHELFLIFE_KILLS=200`. A round takes about as long as Node to start. */
const KILLS = Number(process.env['SHELFLIFE_KILLS'] ?? 24);
const LANES = 2;

type Numbers = Map<string, number[]>;

/** `key number` lines; the last one may be cut off. */
function numbersIn(text: string): Numbers {
  const found: Numbers = new Map();
  for (const line of text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)) {
    const [key = '', number] = line.split(' ');
    found.set(key, [...(found.get(key) ?? []), Number(number)]);
  }
  return found;
}

/** Starts the writer, kills it a random moment after its first acknowledgement, and returns what it has acknowledged. */
async function killed(queue: string, applied: string, first: number): Promise<Numbers> {
  const child = spawn(process.execPath, ['--import', TSX, WRITER, queue, applied, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(child, 'close');
  await once(child.stdout, 'readable');
  await sleep(Math.random() * 60);
  child.kill('SIGKILL');
  await closed;
  return numbersIn(text);
}

async function lane(folder: string, kills: number): Promise<number> {
  const [queue, applied] = [join(folder, 'queue'), join(folder, 'applied')];
  const acknowledged = new Map<string, number>();
  const final = new Map<string, number>();
  let read = 0;
  let writes = 0;
  for (let round = 0; round < kills; round++) {
    for (const [key, numbers] of await killed(queue, applied, 1_000_000 * round)) {
      acknowledged.set(key, Math.max(...numbers));
      writes += numbers.length;
    }
    const text = existsSync(applied) ? readFileSync(applied, 'utf8').slice(read) : '';
    read += text.length;
    for (const [key, numbers] of numbersIn(text)) {
      // Only the last write before a kill comes once more, as the first one after it.
      const isAgain = numbers[0] === final.get(key);
      const isInOrder = isAgain || numbers[0]! > (final.get(key) ?? -1);
      const isOnceEach = numbers.every((number, at) => at === 0 || number > numbers[at - 1]!);
      expect([key, round, isInOrder, isOnceEach]).toEqual([key, round, true, true]);
      final.set(key, numbers.at(-1)!);
    }
  }
  const left = fileQueue({ directory: queue });
  for (const { bytes } of await left.open()) {
    const { id, value } = valueOf(bytes) as { id: string; value: number };
    final.set(id, value);
  }
  await left.close();
  // One that was not acknowledged may be there all the same: it was on the disk when the process was killed.
  for (const [key, number] of acknowledged) expect([key, final.get(key)! >= number]).toEqual([key, true]);
  return writes;
}

test(
  `after ${KILLS} SIGKILLs no acknowledged write is missing, order is kept, and each kill repeats no more than what it interrupted`,
  async () => {
    const folders = Array.from({ length: LANES }, () => mkdtempSync(join(tmpdir(), 'shelflife-crash-')));
    const writes = await Promise.all(folders.map((folder) => lane(folder, KILLS / LANES)));
    expect(Math.min(...writes)).toBeGreaterThan(KILLS);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  },
  30_000 + 5000 * KILLS,
);
