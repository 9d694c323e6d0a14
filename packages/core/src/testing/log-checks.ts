import { expect } from 'vitest';
import type { LogRecord, LogTransport } from '../invalidation/transport.js';
import { sharedLogChecks } from './shared-log-checks.js';

/** Passes, or throws what is wrong. Each call of `connect` is another process at the same sequence. */
export type LogCheck = (connect: () => Promise<LogTransport>) => Promise<void>;

const remove = (...names: readonly string[]) => ({ names, mode: 'remove' }) as const;

// What keys, tags and paths are made of, and what they could be.
const NAMES = [
  't:a',
  't:with space',
  'p:/a%20b?',
  'k:"quoted",\\',
  'k:ü\u2028\u{1f600}',
  'k:\ud800 alone',
  'k:\n\0',
];

async function append(log: LogTransport, names: readonly string[], known = 0): Promise<number> {
  return (await log.append(remove(...names), known, 'primary')).id;
}

function expectChain(records: readonly LogRecord[], start: number): void {
  for (const [at, { id, previous }] of records.entries()) {
    expect(previous, 'each record names the one before it').toBe(records[at - 1]?.id ?? start);
    expect(id, 'ids grow').toBeGreaterThan(previous);
    expect(Number.isSafeInteger(id), 'ids are safe integers').toBe(true);
  }
}

const transportChecks: readonly (readonly [title: string, check: LogCheck])[] = [
  [
    'is empty in the beginning',
    async (connect) => {
      const log = await connect();
      expect(await log.read(0, 10, 0)).toEqual({ records: [], last: 0 });
    },
  ],
  [
    'gives back names and modes as they were, whatever characters they have',
    async (connect) => {
      const log = await connect();
      await log.append({ names: NAMES, mode: 'remove' }, 0, 'primary');
      await log.append({ names: ['t:b'], mode: 'stale' }, 0, 'primary');
      const { records } = await log.read(0, 10, 0);
      expect(records.map(({ names, mode }) => [names, mode])).toEqual([
        [NAMES, 'remove'],
        [['t:b'], 'stale'],
      ]);
    },
  ],
  [
    'takes a thousand long names in one record',
    async (connect) => {
      const log = await connect();
      const names = Array.from({ length: 1000 }, (_, at) => `p:/${at}`.padEnd(200, 'x'));
      await append(log, names);
      expect((await log.read(0, 1, 0)).records[0]?.names).toEqual(names);
    },
  ],
  [
    'chains records of several processes that append at the same time',
    async (connect) => {
      const logs = [await connect(), await connect(), await connect()];
      const ids = await Promise.all(
        Array.from({ length: 60 }, (_, at) => append(logs[at % 3]!, [`t:${at}`])),
      );
      const { records, last } = await logs[0]!.read(0, 100, 0);
      expect(records.map(({ id }) => id)).toEqual(ids.toSorted((one, other) => one - other));
      expectChain(records, 0);
      expect(last).toBe(records.at(-1)!.id);
    },
  ],
  [
    'gives an id above the one that a process already knows',
    async (connect) => {
      const log = await connect();
      const first = await append(log, ['t:a']);
      const known = first + 1_000_000_000;
      const { id, previous } = await log.append(remove('t:b'), known, 'primary');
      expect([id > known, previous]).toEqual([true, first]);
      expect(await append(log, ['t:c'])).toBeGreaterThan(id);
    },
  ],
  [
    'reads what comes after a position, in pages without a gap',
    async (connect) => {
      const [writer, reader] = [await connect(), await connect()];
      const ids: number[] = [];
      for (let at = 0; at < 7; at++) ids.push(await append(writer, [`t:${at}`]));
      const found: LogRecord[] = [];
      for (let after = ids[1]!; after < ids[6]!; after = found.at(-1)!.id) {
        const { records, last } = await reader.read(after, 2, 0);
        expect([records.length <= 2, last]).toEqual([true, ids[6]]);
        found.push(...records);
      }
      expect(found.map(({ id }) => id)).toEqual(ids.slice(2));
      expectChain(found, ids[1]!);
      expect(await reader.read(ids[6]!, 10, 0)).toEqual({ records: [], last: ids[6] });
    },
  ],
  [
    'waits for something new, and not much longer than it was told',
    async (connect) => {
      const [writer, reader] = [await connect(), await connect()];
      const after = await append(writer, ['t:a']);
      expect(await reader.read(after, 10, 100)).toEqual({ records: [], last: after });
      const waiting = reader.read(after, 10, 10_000);
      const id = await append(writer, ['t:b']);
      expect((await waiting).records).toMatchObject([{ id, previous: after, names: ['t:b'] }]);
    },
  ],
  [
    'answers one who does not wait while another one does',
    async (connect) => {
      const log = await connect();
      const after = await append(log, ['t:a']);
      let waits = true;
      const waiting = log.read(after, 10, 1000).finally(() => (waits = false));
      const { records } = await log.read(0, 10, 0);
      expect([records.length, waits]).toEqual([1, true]);
      await append(log, ['t:b']);
      await waiting;
    },
  ],
  [
    'says whether a replica has a record when it is asked, and only then',
    async (connect) => {
      const log = await connect();
      expect(await log.append(remove('t:a'), 0, 'primary')).not.toHaveProperty('replicated');
      const { replicated } = await log.append(remove('t:b'), 0, 'replicated');
      expect(typeof replicated).toBe('boolean');
    },
  ],
  [
    'can be closed twice, and while a read waits',
    async (connect) => {
      const log = await connect();
      const after = await append(log, ['t:a']);
      const waiting = log.read(after, 10, 60_000).catch(() => undefined);
      await log.close();
      await log.close();
      await waiting;
    },
  ],
];

/** Every check with its name; `logSuite()` makes a test of each. */
export const logChecks: readonly (readonly [title: string, check: LogCheck])[] = [
  ...transportChecks,
  ...sharedLogChecks,
];
