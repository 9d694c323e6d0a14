import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineName } from '../harness/machine.js';
import { median } from '../harness/numbers.js';
import type { DataTable } from './run.js';

interface Results {
  readonly node: string;
  readonly machine: string;
  readonly date: string;
  /** Of the packages that were compared. */
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly DataTable[];
}

/** One that takes longer than in the committed results by more than this is named. */
const NOISE = 0.15;

const PACKAGES = [
  '@shelflife/core',
  'cache-manager',
  'cacheable',
  'bentocache',
  'async-cache-dedupe',
  '@epic-web/cachified',
  'lru-cache',
];

/** Keeps the results of a run in the repository, for the version of Node that made them. */
export function writeDataResults(node: string, tables: readonly DataTable[]): void {
  const versions = Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)]));
  const date = new Date().toISOString().slice(0, 10);
  const results: Results = { node, machine: machineName(), date, versions, tables };
  mkdirSync(new URL('../../results/', import.meta.url), { recursive: true });
  writeFileSync(fileOf(node), `${JSON.stringify(results, null, 1)}\n`);
}

/** Says what of ours is slower beside the others than in the last committed results. */
export function compareDataWithLast(node: string, tables: readonly DataTable[]): void {
  if (!existsSync(fileOf(node))) return;
  const last = JSON.parse(readFileSync(fileOf(node), 'utf8')) as Results;
  for (const table of tables) {
    const then = last.tables.find(({ what, value }) => what === table.what && value === table.value);
    for (const name of ['shelflife', 'shelflife, share: true']) {
      const [before, now] = [then && besideOthers(then, name), besideOthers(table, name)];
      if (before === undefined || now <= before * (1 + NOISE)) continue;
      console.log(
        `slower than on ${last.date}: ${name}, ${table.what}, ${table.value}: ` +
          `${now.toFixed(2)} of what the others take, was ${before.toFixed(2)}`,
      );
    }
  }
}

/** Its time ÷ the median of the others: machines differ. */
function besideOthers({ rows }: DataTable, name: string): number {
  const others = rows.filter((row) => !row.name.startsWith('shelflife'));
  return rows.find((row) => row.name === name)!.ns / median(others.map(({ ns }) => ns));
}

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function fileOf(node: string): string {
  const major = /\d+/.exec(node)![0];
  return fileURLToPath(new URL(`../../results/data-node${major}.json`, import.meta.url));
}
