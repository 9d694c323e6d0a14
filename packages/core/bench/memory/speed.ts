/**
 * What an operation costs, how many bytes an entry takes, how long the garbage collector pauses, against a plain Map,
 * lru-cache, cacheable and node-cache. They hold bodies alone; `responses` is the memory tier with whole responses:
 *
 *   node --conditions=shelflife:source --import tsx bench/memory/speed.ts [--entries 1000,1000000] [--rounds 3] [--pauses no] [--json FILE]
 *
 * Each cache runs in a process of its own, one after another, several times; the least of each figure counts, since
 * whatever else the machine does can only add to it.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { markdown, readJson, writeJson } from './report.js';

type Figures = Readonly<Record<string, number>>;

const run = promisify(execFile);
const { values: args } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000,20000,100000,1000000' },
    subjects: { type: 'string', default: 'map,lru-cache,cacheable,node-cache,gdsf,sieve,lru,responses' },
    rounds: { type: 'string', default: '3' },
    pauses: { type: 'string', default: 'yes' },
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

/** Each figure of a row, and what it is of the same row's last result, when there is one. */
function cell(figure: number, last: number | undefined, digits = 0): string {
  const change = last === undefined || last === 0 ? '' : ` (x${(figure / last).toFixed(2)})`;
  return `${figure.toFixed(digits)}${change}`;
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
const FIGURES = ['getPopular', 'getRandom', 'set', 'churn', 'index', 'clear'] as const;
const PAUSES = [
  ['map', '1000000', '200'],
  ['lru-cache', '1000000', '200'],
  ['responses', '1000000', '200'],
  ['responses', '200000', '1024'],
  ['responses', '20000', '10240'],
  ['responses', '200', '1048576'],
] as const;
const speed: Record<string, Record<string, Figures>> = {};
const rows: (readonly string[])[] = [HEADING];
const last = readJson(args.json);
const lastSpeed = (last['speed'] ?? {}) as Record<string, Record<string, Figures>>;
for (const entries of args.entries.split(',').filter((text) => text !== '')) {
  const measured = await speedOf(entries, args.subjects.split(','));
  speed[entries] = { ...lastSpeed[entries], ...measured };
  for (const [name, figures] of Object.entries(measured)) {
    const before = lastSpeed[entries]?.[name] ?? {};
    const cells = FIGURES.map((figure) =>
      cell(figures[figure] ?? 0, before[figure], figure === 'clear' ? 2 : 0),
    );
    rows.push([entries, name, ...cells]);
  }
}
console.log('Nanoseconds an operation (and in parts of the last result)\n');
console.log(markdown(rows));
const pauses: Record<string, object> = {};
for (const [subject, entries, size] of args.pauses === 'no' ? [] : PAUSES)
  pauses[`${subject} ${entries} x ${size}`] = await child('gc-child.ts', subject, entries, size);
console.log('\nPauses of the garbage collector (ms) and memory (RSS an entry, RSS / accounted)\n', pauses);
// What was not measured this time stays as it was.
const lastPauses = (last['pauses'] ?? {}) as Record<string, object>;
writeJson(args.json, { speed: { ...lastSpeed, ...speed }, pauses: { ...lastPauses, ...pauses } });
