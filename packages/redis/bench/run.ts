// npm run bench -- redis, or npm run bench:redis -- [PART...] [--entries N] [--peer-entries N] [--write]
// Parts: hits, herds, purges. Without a name: all.
import { parseArgs } from 'node:util';
import { startRedis } from '../../../test/support/servers/redis.js';
import { measureHerds } from './herd.js';
import { measureHits } from './hits.js';
import { printHerds, printHits, printPurges } from './print.js';
import { measurePurges } from './purge.js';
import { type Measured, writeResults } from './results.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    entries: { type: 'string', default: '1000000' },
    'peer-entries': { type: 'string', default: '100000' },
    write: { type: 'boolean', default: false },
  },
});
const entries = Number(values.entries);

/** Each part measures, prints, and says whether it was as promised. */
const PARTS: Readonly<Record<string, () => Promise<readonly [Measured, boolean]>>> = {
  async hits() {
    const redis = await startRedis();
    const hits = await measureHits(redis);
    await redis.stop();
    return [{ hits }, printHits(hits)];
  },
  async herds() {
    const herds = await measureHerds();
    return [{ herds }, printHerds(herds)];
  },
  async purges() {
    const purges = await measurePurges(entries, Number(values['peer-entries']));
    return [{ purges }, printPurges(purges, entries)];
  },
};

for (const name of positionals.length === 0 ? Object.keys(PARTS) : positionals) {
  const run = PARTS[name];
  if (run === undefined) throw new Error(`${name}: expected one of ${Object.keys(PARTS).join(', ')}.`);
  const [measured, isGood] = await run();
  if (values.write) writeResults(measured);
  if (!isGood) process.exitCode = 1;
}
