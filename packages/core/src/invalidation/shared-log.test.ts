import { describe, expect, test, vi } from 'vitest';
import { sharedLogs } from '../testing/shared-logs.js';
import { pass, settle } from '../testing/step.js';
import { REMOVED } from './log.js';
import { ALL } from './tags.js';
import type { LogTransport } from './transport.js';

const never = (): Promise<never> => new Promise(() => {});

describe('a new process', () => {
  test('at a log that is not there says so to all: whatever was stored before is invalid', async () => {
    const { start, sequence } = sharedLogs();
    const log = await start();
    expect(sequence.records).toMatchObject([{ names: [ALL], mode: 'remove', previous: 0 }]);
    expect([log.position, log.health.state]).toEqual([sequence.records[0]!.id, 'live']);
    expect(log.staleSince(log.position, ['a'])).toBe(Infinity);
    expect(log.staleSince(log.position - 1, ['a'])).toBe(REMOVED);
  });

  test('at one that was trimmed trusts nothing from before what is left', async () => {
    const { start, sequence } = sharedLogs();
    const first = await start();
    const positions = [first.position];
    for (const name of ['a', 'b', 'c']) positions.push(await first.append([name], 'remove'));
    sequence.trim(1);
    const log = await start();
    expect(positions.map((position) => log.staleSince(position, ['x']))).toEqual([
      REMOVED,
      REMOVED,
      Infinity,
      Infinity,
    ]);
  });

  test('reads a log of many pages to its end before it is trusted', async () => {
    const { start, sequence } = sharedLogs();
    for (let at = 0; at < 1200; at++)
      await sequence.append({ names: [`${at}`], mode: 'remove' }, 0, 'primary');
    const log = await start();
    expect([log.position, log.health.state]).toEqual([sequence.records.at(-1)!.id, 'live']);
    expect(log.staleSince(sequence.records[3]!.id, ['1199'])).toBe(REMOVED);
  });

  test('asks for the log when nothing is known yet, and gives no leave without it', async () => {
    const { clock, start } = sharedLogs();
    const log = await start({ read: never });
    expect(log.health).toEqual({ state: 'lagging', lagMs: Infinity, gaps: 0 });
    const confirmed = log.confirm();
    await settle();
    clock.advance(50);
    expect(await confirmed).toBe(false);
    await settle();
    expect(log.health.state).toBe('down');
    // From now on nobody waits.
    expect(await log.confirm()).toBe(false);
  });
});

describe('an invalidation of this process', () => {
  test('is in effect when the call returns, for whatever position', async () => {
    const { start } = sharedLogs();
    const log = await start();
    const filled = log.position;
    const appended = log.append(['a'], 'remove');
    expect([log.staleSince(filled, ['b', 'a']), log.staleSince(filled, ['b'])]).toEqual([REMOVED, Infinity]);
    const position = await appended;
    expect([log.position, log.staleSince(filled, ['a'])]).toEqual([position, REMOVED]);
    expect(log.staleSince(position, ['a'])).toBe(Infinity);
  });

  test('is told once, also when others come in between', async () => {
    const { start, applied, clock } = sharedLogs();
    const [one, other] = [await start(), await start()];
    applied.length = 0;
    const positions = await Promise.all([one.append(['a'], 'remove'), other.append(['b'], 'stale')]);
    await pass(clock, 50);
    expect(applied.toSorted((a, b) => a - b)).toEqual([
      positions[0],
      positions[0],
      positions[1],
      positions[1],
    ]);
  });

  test('rejects when the log does not take it, stays in effect, and is sent again', async () => {
    const { clock, start, sequence } = sharedLogs();
    const spoil: Partial<LogTransport> = { append: never };
    const log = await start();
    const deaf = await start(spoil);
    const filled = log.position;
    const appended = deaf.append(['a'], 'remove');
    const [refused] = await Promise.all([Promise.allSettled([appended]), pass(clock, 1000, 100)]);
    expect(refused[0]).toMatchObject({ status: 'rejected', reason: { code: 'ERR_NOT_ACKNOWLEDGED' } });
    expect([deaf.staleSince(filled, ['a']), log.staleSince(filled, ['a'])]).toEqual([REMOVED, Infinity]);
    delete spoil.append;
    await pass(clock, 3000, 50);
    expect([deaf.staleSince(filled, ['a']), log.staleSince(filled, ['a'])]).toEqual([REMOVED, REMOVED]);
    expect([deaf.position, deaf.staleSince(deaf.position, ['a'])]).toEqual([log.position, Infinity]);
    expect(sequence.records.at(-1)!.names).toEqual(['a']);
  });

  test('with retryFor resolves when the log has it after all, or rejects when the time is over', async () => {
    const { clock, start } = sharedLogs();
    const spoil: Partial<LogTransport> = {};
    const log = await start(spoil, { retryFor: 10_000 });
    spoil.append = () => Promise.reject(new Error('READONLY'));
    const settled: string[] = [];
    void log.append(['a'], 'remove').then(() => settled.push('a has it'));
    await pass(clock, 5000, 50);
    expect(settled).toEqual([]);
    delete spoil.append;
    await pass(clock, 2500, 50);
    expect(settled).toEqual(['a has it']);
    spoil.append = () => Promise.reject(new Error('READONLY'));
    log.append(['b'], 'remove').catch((error: Error) => settled.push(error.message));
    await pass(clock, 13_000, 50);
    expect(settled[1]).toMatch(/did not acknowledge it: READONLY/);
  });

  test('counts as acknowledged only by a replica, when that is asked for', async () => {
    const { start, sequence } = sharedLogs();
    const alone = await start({
      append: async (...args) => ({ ...(await sequence.append(...args)), replicated: false }),
    });
    await expect(alone.append(['a'], 'remove', 'replicated')).rejects.toThrow('no replica said so');
    expect(await alone.append(['a'], 'remove', 'primary')).toBeGreaterThan(0);
  });

  test('so many that fail become one that says everything', async () => {
    const { clock, start, sequence } = sharedLogs();
    const spoil: Partial<LogTransport> = {};
    const log = await start(spoil);
    const first = log.position;
    spoil.append = () => Promise.reject(new Error('down'));
    const all = Array.from({ length: 1500 }, (_, at) => log.append([`${at}`], 'stale'));
    const ends = Promise.allSettled(all);
    await pass(clock, 3000, 50);
    expect((await ends).every(({ status }) => status === 'rejected')).toBe(true);
    expect(log.staleSince(log.position, ['never heard of'])).toBe(REMOVED);
    delete spoil.append;
    await pass(clock, 3000, 50);
    const later = sequence.records.filter(({ id }) => id > first);
    expect(later.map(({ names }) => names)).toContainEqual([ALL]);
    expect(log.staleSince(log.position, ['never heard of'])).toBe(Infinity);
  });
});

describe('trust', () => {
  test('counts from when a read was sent, and ends when none succeeds', async () => {
    const { clock, start, changes } = sharedLogs();
    const spoil: Partial<LogTransport> = {};
    const log = await start(spoil);
    const sentAt = clock.now() - log.health.lagMs;
    spoil.read = never;
    // The read that waits now was sent before, and is answered after a second.
    await pass(clock, 1500, 10);
    const last = clock.now() - log.health.lagMs;
    expect(last).toBeLessThanOrEqual(sentAt + 1010);
    await pass(clock, last + 4990 - clock.now(), 10);
    expect(log.confirm()).toBeUndefined();
    await pass(clock, 10);
    expect([await log.confirm(), changes]).toEqual([false, ['down']]);
    delete spoil.read;
    await pass(clock, 3000, 50);
    expect([log.confirm(), log.health.state, changes]).toEqual([undefined, 'live', ['down', 'live']]);
  });

  test('a token that is not reached asks the log, and so does one that nobody ever gave', async () => {
    const { clock, start, sequence } = sharedLogs();
    const log = await start();
    const { id } = await sequence.append({ names: ['a'], mode: 'remove' }, 0, 'primary');
    const filled = log.position;
    expect(await log.confirm(id)).toBe(true);
    expect([log.position, log.staleSince(filled, ['a'])]).toEqual([id, REMOVED]);
    expect(await log.confirm(Infinity)).toBe(true);
    expect(log.confirm(id)).toBeUndefined();
    await pass(clock, 5);
  });

  test('many who ask at the same time share one read; who comes while it runs waits for the next', async () => {
    const { start, sequence, clock } = sharedLogs();
    const spoil: Partial<LogTransport> = {};
    const log = await start(spoil, { maxStaleness: 0 });
    const reads: (() => void)[] = [];
    spoil.read = async (after, limit) => {
      const page = await sequence.read(after, limit, 0);
      return new Promise((resolve) => reads.push(() => resolve(page)));
    };
    const early = Array.from({ length: 10 }, async () => log.confirm());
    await settle();
    expect(reads).toHaveLength(1);
    await sequence.append({ names: ['a'], mode: 'remove' }, 0, 'primary');
    const filled = log.position;
    const late = log.confirm();
    reads.shift()!();
    expect(await Promise.all(early)).toEqual(Array(10).fill(true));
    await settle();
    reads.shift()!();
    expect([await late, log.staleSince(filled, ['a'])]).toEqual([true, REMOVED]);
    await pass(clock, 5);
  });
});

test('close sends what failed once more, and asks nothing afterwards', async () => {
  const { clock, start, sequence } = sharedLogs();
  const spoil: Partial<LogTransport> = {};
  const log = await start(spoil);
  spoil.append = () => Promise.reject(new Error('down'));
  await expect(log.append(['a'], 'remove')).rejects.toThrow('down');
  delete spoil.append;
  await log.close();
  expect(sequence.records.at(-1)!.names).toEqual(['a']);
  spoil.read = vi.fn<LogTransport['read']>(never);
  await pass(clock, 10_000, 500);
  expect(spoil.read).not.toHaveBeenCalled();
  expect(await log.confirm()).toBe(false);
  expect(clock.pending).toBe(0);
});

test('a late answer makes nobody think that the log is out of reach, five in a row do', async () => {
  const { clock, start, changes } = sharedLogs();
  const spoil: Partial<LogTransport> = {};
  const log = await start(spoil, { maxStaleness: 0 });
  const late = async (): Promise<boolean | undefined> => {
    const confirmed = log.confirm();
    await settle();
    clock.advance(50);
    await settle();
    return confirmed;
  };
  const lateInARow = async (times: number): Promise<void> => {
    spoil.read = never;
    for (let at = 0; at < times; at++) expect(await late()).toBe(false);
    delete spoil.read;
  };
  await lateInARow(4);
  expect(changes).toEqual([]);
  expect(await log.confirm()).toBe(true);
  await lateInARow(5);
  expect(changes).toEqual(['down']);
});
