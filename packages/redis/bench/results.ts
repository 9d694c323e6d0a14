import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { HerdRow } from './herd.js';
import type { HitRow } from './hits.js';
import type { PurgeRow } from './purge.js';

/** What the benchmarks measured, by part. */
export interface Measured {
  readonly hits?: readonly HitRow[];
  readonly herds?: readonly HerdRow[];
  readonly purges?: readonly PurgeRow[];
}

const FOLDER = new URL('results/', import.meta.url);

/** Keeps what was measured in the repository; parts that were not measured stay as they are. */
export function writeResults(measured: Measured): void {
  const file = new URL(`redis-node${process.versions.node.split('.')[0]}.json`, FOLDER);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Measured) : {};
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;
  const date = new Date().toISOString().slice(0, 10);
  const all = { node: process.version, machine, date, ...before, ...measured };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...all, node: process.version, machine, date }, rounded, 2)}\n`);
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
