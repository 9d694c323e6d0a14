import { compare } from './harness/compare.js';
import { scriptFor } from './harness/load.js';
import { printTable } from './harness/print.js';
import { startServer } from './harness/server.js';
const [node, rounds, ...names] = process.argv.slice(2) as [string, string, ...string[]];
const servers = [];
for (const name of names) { const [file, variant] = name.split(':') as [string, string]; servers.push(await startServer(file, variant, 200, node)); }
printTable(node, await compare(servers, servers.map(() => scriptFor('one')), Number(rounds)));
for (const s of servers) s.stop();
process.exit(0);
