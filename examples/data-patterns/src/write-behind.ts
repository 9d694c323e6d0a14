import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache, defineSource, fileQueue, type Source } from '@shelflife/core';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const database = createDatabase();

function openProducts(directory: string): Source<string, Product> {
  return defineSource<string, Product>(createCache(), {
    key: (id) => ['product', id],
    ttl: '5m',
    load: (id) => database.read(id),
    store: (_id, product) => database.write(product),
    writeBehind: { queue: fileQueue({ directory }), delay: '1m' },
  });
}

/** Acknowledges three writes, and is killed before any of them has reached the database. */
async function crash(directory: string): Promise<void> {
  const products = openProducts(directory);
  for (const price of [1100, 1000, 900]) await products.set('1', { id: '1', name: 'lamp', price });
  step('set() returned three times. The writes are on the disk, and the database has not heard of them yet.');
  step('Callers see the newest already:');
  got(await products.get('1'));
  step('Now the process is killed.');
  process.kill(process.pid, 'SIGKILL');
}

async function restart(directory: string): Promise<void> {
  const program = process.argv[1]!;
  spawnSync(process.execPath, [...process.execArgv, program, directory], { stdio: 'inherit' });

  step('The next process opens the same folder. Nothing is lost:');
  const products = openProducts(directory);
  got(await products.get('1'));
  step('And it tells the database, once for all three writes:');
  await products.close();
  got(await database.read('1'));
}

const [, , directory] = process.argv;
if (directory !== undefined) await crash(directory);
else {
  const folder = mkdtempSync(join(tmpdir(), 'shelflife-write-behind-'));
  await restart(folder);
  rmSync(folder, { recursive: true });
}
