import { parseArgs } from 'node:util';
import { startRedis } from '../../../test/support/servers/redis.js';
import { measureHerds } from './herd.js';
import { measureHits } from './hits.js';
import { measurePurges } from './purge.js';

/** `npm run bench:redis -- --entries 1000000 --peer-entries 100000` */
const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    'peer-entries': { type: 'string', default: '100000' },
  },
});

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
let isGood = true;

function judge(what: string, good: boolean): void {
  isGood &&= good;
  console.log(`${good ? 'as promised' : 'NOT AS PROMISED'}: ${what}\n`);
}

const redis = await startRedis();
const hits = await measureHits(redis);
await redis.stop();
const ours = hits[1]!;
console.log('Hits of 2 KB, 64 in flight; medians of 7 rounds that take turns');
console.table(
  hits.map(({ name, perSecond, ofRaw, commands }) => ({
    name,
    'per second': round(perSecond, 0),
    'of raw': round(ofRaw, 2),
    'commands a hit': round(commands, 2),
  })),
);
judge(
  'a hit is one command, at 0.8 of the speed of the client alone or more',
  ours.ofRaw >= 0.8 && ours.commands < 1.01,
);

const herds = await measureHerds();
console.log('8 processes with 100 requests each for one cold key that takes 200 ms to make');
console.table(herds.map(({ name, originCalls, ms }) => ({ name, made: originCalls, ms: round(ms, 0) })));
judge('it is made once', herds[0]!.originCalls === 1);

const purges = await measurePurges(Number(values.entries), Number(values['peer-entries']));
console.log('Invalidate a tag');
console.table(
  purges.map(({ name, entries, ms, serverMs, sent, othersMs }) => ({
    name,
    entries,
    ms: round(ms, 2),
    'ms in Redis': round(serverMs, 3),
    'commands sent': sent,
    'others waited ms': round(othersMs, 1),
  })),
);
const purge = purges[0]!;
judge('one command, at most 1 ms in Redis', purge.sent === 1 && purge.serverMs <= 1);
console.log(
  `${purge.entries} entries lay in Redis; found before: ${purge.foundBefore}, after: ${purge.foundAfter}`,
);
judge(
  'all that was written was found before, and nothing after',
  purge.entries >= 0.999 * Number(values.entries) && purge.foundBefore! > 0.999 && purge.foundAfter === 0,
);
process.exitCode = isGood ? 0 : 1;
