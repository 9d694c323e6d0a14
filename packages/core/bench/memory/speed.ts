/**
 * What an operation costs, how many bytes an entry takes, how long the garbage collector pauses, against lru-cache
 * and a plain Map:
 *
 *   node --conditions=shelflife:source --import tsx bench/memory/speed.ts [--entries 1000,1000000] [--rounds 3] [--json FILE]
 *
 * Each cache runs in a process of its own, one after another, several times; the least of each figure counts, since
 * whatever else the machine does can only add to it.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { markdown, writeJson } from './report.js';

type Figures = Readonly<Record<string, number>>;

const run = promisify(execFile);
const { values: args } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000,20000,100000,1000000' },
    subjects: { type: 'string', default: 'map,lru-cache,gdsf,sieve,lru,lfu,fifo,mru' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});

async function child<T>(script: string, ...of: readonly string[]): Promise<T> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await run(process.execPath, ['--expose-gc', ...process.execArgv, file, ...of]);
  return JSON.parse(stdout) as T;
}

const least = (a: Figures, b: Figures): Figures =>
  Object.fromEntries(
    Object.entries(a).map(([name, figure]) => [name, Math.min(figure, b[name] ?? Infinity)]),
  );

async function speedOf(entries: string, subjects: readonly string[]): Promise<Record<string, Figures>> {
  const best: Record<string, Figures> = {};
  for (let round = 0; round < Number(args.rounds); round++)
    for (const subject of subjects)
      best[subject] = least(await child<Figures>('speed-child.ts', subject, entries), best[subject] ?? {});
  return best;
}

const HEADING = [
  'entries',
  'cache',
  'get popular',
  'get random',
  'set',
  'insert + evict',
  'bytes per entry',
  'clear ms',
];
const speed: Record<string, Record<string, Figures>> = {};
const rows: (readonly string[])[] = [HEADING];
for (const entries of args.entries.split(',')) {
  speed[entries] = await speedOf(entries, args.subjects.split(','));
  for (const [
    name,
    { getPopular = 0, getRandom = 0, set = 0, churn = 0, index = 0, clear = 0 },
  ] of Object.entries(speed[entries]))
    rows.push([
      entries,
      name,
      ...[getPopular, getRandom, set, churn, index].map((figure) => figure.toFixed(0)),
      clear.toFixed(2),
    ]);
}
console.log('Nanoseconds an operation\n');
console.log(markdown(rows));
const pauses: Record<string, object> = {};
for (const [subject, entries, size] of [
  ['map', '1000000', '200'],
  ['lru-cache', '1000000', '200'],
  ['gdsf', '1000000', '200'],
  ['gdsf', '200000', '1024'],
  ['gdsf', '20000', '10240'],
  ['gdsf', '200', '1048576'],
] as const)
  pauses[`${subject} ${entries} x ${size}`] = await child('gc-child.ts', subject, entries, size);
console.log('\nPauses of the garbage collector (ms) and memory (RSS an entry, RSS / accounted)\n', pauses);
writeJson(args.json, { speed, pauses });
