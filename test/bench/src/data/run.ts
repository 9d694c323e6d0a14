import { CASES, type Case } from './cases.js';
import { compareData, type DataRow } from './compare.js';
import { compareDataWithLast, writeDataResults } from './results.js';
import { verdictOf } from './verdict.js';

/** One column: a case and what each cache took. */
export interface DataTable extends Case {
  readonly rows: readonly DataRow[];
}

/** What to measure. */
export interface DataRun {
  /** The binary that runs the caches, and its version. */
  readonly node: string;
  readonly version: string;
  readonly rounds: number;
  /** Cases whose name has this text. */
  readonly only: string;
  /** Keep the results in the repository. Only when all cases are measured. */
  readonly write: boolean;
}

/** Runs the data comparison and prints it. False: ours is slower than promised. */
export async function measureData({ node, version, rounds, only, write }: DataRun): Promise<boolean> {
  const cases = CASES.filter((one) => titleOf(one).includes(only));
  const columns = await compareData(node, rounds, cases);
  const tables = cases.map((given, at) => ({ ...given, rows: columns[at]! }));
  const isGood = tables.map(printed).every(Boolean);
  compareDataWithLast(version, tables);
  if (write && cases.length === CASES.length) writeDataResults(version, tables);
  return isGood;
}

const titleOf = ({ what, value }: Case): string => `${what}, ${value}`;

function printed(table: DataTable): boolean {
  const { rows, what } = table;
  console.log(`${titleOf(table)}: nanoseconds of processor time for a key, [quartiles]`);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, protection, ns, spread } of rows) {
    const [low, high] = spread.map(Math.round);
    console.log(
      `  ${name.padEnd(width)}  ${protection.padEnd(6)} ${String(Math.round(ns)).padStart(7)} [${low}-${high}]`,
    );
  }
  const { fastestThatProtects, copied, fastest, shared, isGood } = verdictOf(rows);
  console.log(`  ÷ the fastest that protects (${fastestThatProtects}): ${copied.toFixed(2)}`);
  console.log(`  shared ÷ the fastest of all (${fastest}): ${shared.toFixed(2)}`);
  // Promised for hits: what a load costs is more than what is done with its value.
  if (!what.includes('hit')) return printEnd('', true);
  return printEnd(isGood ? 'as promised' : 'NOT AS PROMISED', isGood);
}

function printEnd(text: string, isGood: boolean): boolean {
  console.log(`  ${text}\n`);
  return isGood;
}
