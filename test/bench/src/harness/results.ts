import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Measured } from './compare.js';
import { machineName } from './machine.js';

interface Results {
  readonly node: string;
  readonly machine: string;
  readonly date: string;
  readonly tables: readonly {
    readonly title: string;
    readonly size: number;
    readonly rows: readonly Measured[];
  }[];
}

/** A ratio that is lower than the committed one by more than this is named. */
const NOISE = 0.1;

/** Keeps the results of a run in the repository, for the version of Node that made them. */
export function writeResults(node: string, tables: Results['tables']): void {
  const results: Results = {
    node,
    machine: machineName(),
    date: new Date().toISOString().slice(0, 10),
    tables,
  };
  mkdirSync(new URL('../../results/', import.meta.url), { recursive: true });
  writeFileSync(fileOf(node), `${JSON.stringify(results, null, 2)}\n`);
}

/** Says what is slower than in the last committed results. */
export function compareWithLast(node: string, title: string, size: number, rows: readonly Measured[]): void {
  if (!existsSync(fileOf(node))) return;
  const last = JSON.parse(readFileSync(fileOf(node), 'utf8')) as Results;
  const then = last.tables.find((table) => table.title === title && table.size === size)?.rows ?? [];
  for (const { name, ratio } of rows) {
    const before = then.find((row) => row.name === name)?.ratio;
    if (before !== undefined && ratio < before * (1 - NOISE))
      console.log(`  slower than on ${last.date}: ${name} ${ratio.toFixed(2)}, was ${before.toFixed(2)}\n`);
  }
}

function fileOf(node: string): string {
  const major = /\d+/.exec(node)![0];
  return fileURLToPath(new URL(`../../results/hit-node${major}.json`, import.meta.url));
}
