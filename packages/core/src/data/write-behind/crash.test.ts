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
  let first = 0;
  let writes = 0;
  for (let round = 0; round < kills; round++) {
    for (const [key, numbers] of await killed(queue, applied, first)) {
      acknowledged.set(key, Math.max(...numbers));
      writes += numbers.length;
    }
    first = 1_000_000 * (round + 1);
  }
  const left = fileQueue({ directory: queue });
  const final = new Map<string, number>();
  const done = numbersIn(existsSync(applied) ? readFileSync(applied, 'utf8') : '');
  for (const [key, numbers] of done) {
    final.set(key, numbers.at(-1)!);
    const isInOrder = numbers.every((number, at) => at === 0 || number >= numbers[at - 1]!);
    const isTwiceAtMost = numbers.every((number, at) => at < 2 || number > numbers[at - 2]!);
    expect([key, isInOrder, isTwiceAtMost]).toEqual([key, true, true]);
  }
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
  `after ${KILLS} SIGKILLs no acknowledged write is missing, order is kept, and nothing is applied more than twice`,
  async () => {
    const folders = Array.from({ length: LANES }, () => mkdtempSync(join(tmpdir(), 'shelflife-crash-')));
    const writes = await Promise.all(folders.map((folder) => lane(folder, KILLS / LANES)));
    expect(Math.min(...writes)).toBeGreaterThan(KILLS);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  },
  30_000 + 5000 * KILLS,
);
