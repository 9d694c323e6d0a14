import type { HerdRow } from './herd.js';
import type { HitRow } from './hits.js';
import type { PurgeRow } from './purge.js';

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Prints one thing that the cache promises, and whether it held. Returns the latter. */
function judge(what: string, isGood: boolean): boolean {
  console.log(`${isGood ? 'as promised' : 'NOT AS PROMISED'}: ${what}\n`);
  return isGood;
}

/** Prints the hits. Returns whether ours were as promised. */
export function printHits(rows: readonly HitRow[]): boolean {
  console.log('Hits of 2 KB, 64 in flight; medians of 7 rounds that take turns');
  console.table(
    rows.map(({ name, perSecond, ofRaw, commands }) => ({
      name,
      'per second': round(perSecond, 0),
      'of raw': round(ofRaw, 2),
      'commands a hit': round(commands, 2),
    })),
  );
  const ours = rows[1]!;
  return judge(
    'a hit is one command, at 0.8 of the speed of the client alone or more',
    ours.ofRaw >= 0.8 && ours.commands < 1.01,
  );
}

/** Prints how often a cold key was made. Returns whether it was made once by us. */
export function printHerds(rows: readonly HerdRow[]): boolean {
  console.log('8 processes with 100 requests each for one cold key that takes 200 ms to make');
  console.table(rows.map(({ name, originCalls, ms }) => ({ name, made: originCalls, ms: round(ms, 0) })));
  return judge('it is made once', rows[0]!.originCalls === 1);
}

/** Prints what it takes to invalidate a tag. Returns whether it took us what was promised. */
export function printPurges(rows: readonly PurgeRow[], entries: number): boolean {
  console.log('Invalidate a tag');
  console.table(
    rows.map((row) => ({
      name: row.name,
      entries: row.entries,
      ms: round(row.ms, 2),
      'ms in Redis': round(row.serverMs, 3),
      'commands sent': row.sent,
      'others waited ms': round(row.othersMs, 1),
    })),
  );
  const { sent, serverMs, entries: written, foundBefore, foundAfter } = rows[0]!;
  const isCheap = judge('one command, at most 1 ms in Redis', sent === 1 && serverMs <= 1);
  const isThere = judge(
    `${written} entries lay in Redis; all looked up were found before (${foundBefore}), none after (${foundAfter})`,
    written === entries && foundBefore === 1 && foundAfter === 0,
  );
  return isCheap && isThere;
}
