/**
 * Object hit ratio of each eviction policy, of lru-cache and of a cache that knows the future, for recorded and
 * modelled traces:
 *
 *   node --conditions=shelflife:source --import tsx bench/memory/hit-ratio.ts --traces DIR [--only nasa,kv] [--json FILE]
 *
 * Exits with 1 when the default policy misses a target on the traces that know sizes.
 */
import { parseArgs } from 'node:util';
import { POLICIES } from '../../src/memory/policies.js';
import { beladyHits } from './belady.js';
import { type Contestant, hitsOf, lruCache, tableOf } from './replay.js';
import { markdown, writeJson } from './report.js';
import { type Trace, tracesIn } from './traces.js';

/** Budgets, as shares of the bytes (or the number) of all objects. */
const SHARES = [0.005, 0.01, 0.03, 0.1, 0.3];
const CONTESTANTS: readonly (readonly [string, Contestant])[] = [
  ['lru-cache', lruCache],
  ...Object.entries(POLICIES).map(([name, policy]) => [name, tableOf(policy)] as const),
];
const TARGETS = { overLru: 8, worst: -1, belowBelady: 4.5 };

interface Point {
  readonly trace: string;
  readonly bounded: 'bytes' | 'entries';
  readonly share: number;
  /** Per cent of the requests, by contestant and for `belady`. */
  readonly hits: Readonly<Record<string, number>>;
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function footprintOf({ objects, sizes }: Trace): { readonly count: number; readonly footprint: number } {
  const last = new Map<number, number>();
  for (const [at, object] of objects.entries())
    last.set(object, sizes === undefined ? 1 : Math.max(1, sizes[at]!));
  return { count: last.size, footprint: [...last.values()].reduce((sum, size) => sum + size, 0) };
}

function* pointsOf(trace: Trace): Generator<Point> {
  const { count, footprint } = footprintOf(trace);
  const keys = Array.from({ length: count }, (_, object) => `object ${object}`);
  const percent = (hits: number): number => (100 * hits) / trace.objects.length;
  for (const share of SHARES) {
    const capacity = Math.max(1, Math.round(footprint * share));
    const hits = CONTESTANTS.map(
      ([name, make]) => [name, percent(hitsOf(make, trace, keys, capacity))] as const,
    );
    const belady = percent(beladyHits(trace.objects, trace.sizes, capacity));
    const bounded = trace.sizes === undefined ? 'entries' : 'bytes';
    yield { trace: trace.name, bounded, share, hits: { ...Object.fromEntries(hits), belady } };
  }
}

/** How far the default policy is from its neighbours, in points of hit ratio. */
function summaryOf(points: readonly Point[]): Readonly<Record<'overLru' | 'worst' | 'belowBelady', number>> {
  const over = points.map(({ hits }) => hits['gdsf']! - hits['lru']!);
  const below = points.map(({ hits }) => hits['belady']! - hits['gdsf']!);
  return { overLru: mean(over), worst: Math.min(...over), belowBelady: mean(below) };
}

const { values: args } = parseArgs({
  options: { traces: { type: 'string' }, only: { type: 'string' }, json: { type: 'string' } },
});
if (args.traces === undefined) throw new Error('Give the folder of the traces: --traces DIR');
const points: Point[] = [];
for (const trace of tracesIn(args.traces, args.only?.split(',') ?? []))
  for (const point of pointsOf(trace)) points.push(point);

const names = [...CONTESTANTS.map(([name]) => name), 'belady'];
const row = ({ trace, share, hits }: Point): readonly (string | number)[] => [
  trace,
  `${share * 100} %`,
  ...names.map((name) => hits[name]!.toFixed(1)),
];
console.log(markdown([['trace', 'budget', ...names], ...points.map(row)]));
let isMissed = false;
const summary: Record<string, object> = {};
for (const bounded of ['bytes', 'entries'] as const) {
  const chosen = points.filter((point) => point.bounded === bounded);
  if (chosen.length === 0) continue;
  const means = Object.fromEntries(names.map((name) => [name, mean(chosen.map(({ hits }) => hits[name]!))]));
  const gap = summaryOf(chosen);
  console.log(`\nBounded by ${bounded}, mean of ${chosen.length}:`, means, 'gdsf:', gap);
  summary[bounded] = { points: chosen.length, means, ...gap };
  if (bounded === 'bytes')
    isMissed =
      gap.overLru < TARGETS.overLru || gap.worst < TARGETS.worst || gap.belowBelady > TARGETS.belowBelady;
}
writeJson(args.json, { targets: TARGETS, summary, points });
if (isMissed && args.only === undefined) process.exitCode = 1;
