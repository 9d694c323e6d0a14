import { median } from '../harness/numbers.js';
import type { DataRow } from './compare.js';

/** How our two ways stand beside the fastest of the others in one column: medians over rounds of time ÷ time. */
export interface Verdict {
  readonly fastestThatProtects: string;
  readonly copied: number;
  readonly fastest: string;
  readonly shared: number;
  /** Fastest of those that protect callers, and at most {@link MOST_SHARED} of the fastest of all when sharing. */
  readonly isGood: boolean;
}

const MOST_SHARED = 1.5;

export function verdictOf([copied, shared, ...others]: readonly DataRow[]): Verdict {
  const protecting = fastestOf(others.filter(({ protection }) => protection !== 'none'));
  const fastest = fastestOf(others);
  const ratios = { copied: ratioOf(copied!, protecting), shared: ratioOf(shared!, fastest) };
  const isGood =
    copied!.protection === 'copy' &&
    shared!.protection === 'frozen' &&
    ratios.copied <= 1 &&
    ratios.shared <= MOST_SHARED;
  return { fastestThatProtects: protecting.name, fastest: fastest.name, ...ratios, isGood };
}

function fastestOf(rows: readonly DataRow[]): DataRow {
  return rows.reduce((best, row) => (row.ns < best.ns ? row : best));
}

function ratioOf(ours: DataRow, theirs: DataRow): number {
  return median(ours.rounds.map((ns, round) => ns / theirs.rounds[round]!));
}
