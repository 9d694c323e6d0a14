import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { median } from '../harness/numbers.js';
import { CASES, type Case } from './cases.js';
import { compareData, type DataRow } from './compare.js';

/** One column: a case and what each cache took. */
export interface DataTable extends Case {
  readonly rows: readonly DataRow[];
}

/** Runs the data comparison and prints it. `only`: cases whose name has this text. */
export async function measureData(node: string, rounds: number, only = ''): Promise<readonly DataTable[]> {
  const cases = CASES.filter(({ what, value }) => `${what}, ${value}`.includes(only));
  const columns = await compareData(node, rounds, cases);
  const tables = cases.map((given, at) => ({ ...given, rows: columns[at]! }));
  tables.forEach(printColumn);
  return tables;
}

function printColumn({ what, value, rows }: DataTable): void {
  console.log(`${what}, ${value}: nanoseconds of processor time for a key`);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, protection, ns, spread } of rows)
    console.log(
      `  ${name.padEnd(width)}  ${protection.padEnd(6)} ${String(Math.round(ns)).padStart(8)} [${spread.join('-')}]`,
    );
  console.log('');
}
