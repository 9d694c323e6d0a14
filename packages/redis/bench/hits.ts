import { Redis } from 'ioredis';
import type { RedisServer } from '../../../test/support/servers/redis.js';
import { redisStore } from '../src/index.js';
import { PEERS } from './peers.js';
import { commandsOf, median } from './measure.js';

/** Throughput of hits with 64 requests in flight. */
export interface HitRow {
  readonly name: string;
  readonly perSecond: number;
  /** Of what the client alone did in the same round. */
  readonly ofRaw: number;
  /** Commands that Redis ran for each. */
  readonly commands: number;
}

type Round = Pick<HitRow, 'perSecond' | 'commands'>;

const KEYS = 1000;
const IN_FLIGHT = 64;
const ROUNDS = 7;
const MS = 1000;
const VALUE = Buffer.alloc(2048, 'x');

/** Hits of 2 KB, in rounds that take turns. The first row is what a client alone can do. */
export async function measureHits(redis: RedisServer): Promise<readonly HitRow[]> {
  const raw = new Redis(redis.url);
  const store = redisStore({ url: redis.url });
  const keyOf = (at: number): string => `key${at % KEYS}`;
  for (let at = 0; at < KEYS; at++) {
    await raw.set(`raw:${keyOf(at)}`, VALUE);
    await store.set(keyOf(at), VALUE, 600_000);
  }
  const peers = Object.entries(PEERS).map(([name, open]) => ({ name, peer: open(redis.url) }));
  const text = VALUE.toString();
  for (const { peer } of peers) for (let at = 0; at < KEYS; at++) await peer.fill(keyOf(at), text);

  const variants: readonly (readonly [string, (at: number) => Promise<unknown>])[] = [
    ['ioredis getBuffer()', (at) => raw.getBuffer(`raw:${keyOf(at)}`)],
    ['shelflife redisStore', (at) => store.get(keyOf(at))],
    ...peers.map(({ name, peer }) => [name, (at: number) => peer.get(keyOf(at), never)] as const),
  ];
  const rounds = new Map<string, Round[]>(variants.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, get] of variants) rounds.get(name)!.push(await measure(redis, get));
  raw.disconnect();
  await Promise.all([store.close!(), ...peers.map(({ peer }) => peer.close())]);
  const alone = rounds.get('ioredis getBuffer()')!;
  return [...rounds].map(([name, rows]) => ({
    name,
    perSecond: median(rows.map((row) => row.perSecond)),
    ofRaw: median(rows.map((row, at) => row.perSecond / alone[at]!.perSecond)),
    commands: median(rows.map((row) => row.commands)),
  }));
}

async function measure(redis: RedisServer, get: (at: number) => Promise<unknown>): Promise<Round> {
  let count = 0;
  const before = await commandsOf(redis);
  const started = performance.now();
  const loop = async (): Promise<void> => {
    while (performance.now() - started < MS) await get(count++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: count / seconds, commands: ((await commandsOf(redis)) - before) / count };
}

function never(): never {
  throw new Error('a hit was expected');
}
