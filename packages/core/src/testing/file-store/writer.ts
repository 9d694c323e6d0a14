import { createHash, randomInt } from 'node:crypto';
import { fileStore } from '../../store/file.js';

/**
 * A process that writes to the file store of `argv[2]` until it is killed: values of all sizes under few keys, so that
 * they replace each other, each with its own digest in front. Prints a dot when the first is there.
 */
const store = fileStore({ directory: process.argv[2]!, maxSize: '2mb' });

async function write(key: string): Promise<void> {
  const body = Buffer.alloc(randomInt(100_000), randomInt(256));
  const digest = createHash('sha256').update(body).digest();
  await store.set(key, Buffer.concat([digest, body]), 60_000);
}

await write('0');
process.stdout.write('.');
for (;;) await Promise.all(Array.from({ length: 8 }, () => write(String(randomInt(40)))));
