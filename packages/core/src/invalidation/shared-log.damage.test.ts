import { describe, expect, test } from 'vitest';
import type { MemoryTransport } from '../testing/memory-transport.js';
import { sharedLogs } from '../testing/shared-logs.js';
import { pass } from '../testing/step.js';
import { REMOVED } from './log.js';
import { ALL } from './tags.js';
import type { LogTransport } from './transport.js';

describe('what is missing is never taken for never invalidated', () => {
  test.each<[string, (sequence: MemoryTransport) => void]>([
    ['trimmed past a reader', (sequence) => sequence.trim(1)],
    ['evicted', (sequence) => sequence.lose(0)],
  ])('a log that was %s while it could not be reached', async (_title, damage) => {
    const { clock, start, sequence, changes } = sharedLogs();
    const spoil: Partial<LogTransport> = {};
    const [away, here] = [await start(spoil), await start()];
    await pass(clock, 1100, 50);
    const filled = away.position;
    spoil.read = () => Promise.reject(new Error('away'));
    await pass(clock, 1100, 50);
    await here.append(['a'], 'remove');
    await here.append(['b'], 'remove');
    damage(sequence);
    delete spoil.read;
    await pass(clock, 1500, 50);
    expect(away.staleSince(filled, ['a'])).toBe(REMOVED);
    expect(away.health.gaps).toBe(1);
    expect(changes).toContain('gap');
    expect(away.confirm()).toBeUndefined();
    // And it goes on as before.
    const position = await here.append(['c'], 'remove');
    await pass(clock, 50);
    expect([away.position, away.staleSince(position, ['c'])]).toEqual([position, Infinity]);
  });

  test('two processes that find it evicted mend it once', async () => {
    const { clock, start, sequence } = sharedLogs();
    await Promise.all([start({}, { random: () => 0.1 }), start({}, { random: () => 0.9 })]);
    sequence.lose(0);
    await pass(clock, 1500, 5);
    expect(sequence.records).toHaveLength(1);
  });

  test('what a failover lost comes back from a process that knows it', async () => {
    const { clock, start, sequence } = sharedLogs();
    const here = await start();
    const before = here.position;
    await here.append(['a'], 'remove');
    await here.append(['b'], 'stale');
    sequence.lose(before);
    await pass(clock, 1500, 50);
    const fresh = await start();
    expect(fresh.staleSince(before, ['a'])).toBe(REMOVED);
    expect(fresh.staleSince(before, ['b'])).toBeLessThanOrEqual(clock.now());
    expect(sequence.records.slice(1).map(({ names, mode }) => [names, mode])).toEqual([
      [['a'], 'remove'],
      [['b'], 'stale'],
    ]);
    expect(fresh.position).toBe(here.position);
  });

  test('so it does when others have gone on by then', async () => {
    const { clock, start, sequence } = sharedLogs();
    const here = await start();
    const before = here.position;
    await here.append(['a'], 'remove');
    sequence.lose(before);
    // A failover takes its time.
    clock.advance(100);
    await sequence.append({ names: ['c'], mode: 'remove' }, before, 'primary');
    await pass(clock, 1500, 50);
    expect(here.staleSince(before, ['x'])).toBe(REMOVED);
    const fresh = await start();
    expect(fresh.staleSince(before, ['a'])).toBe(REMOVED);
    expect(sequence.records.map(({ names }) => names)).toEqual([[ALL], ['c'], ['a']]);
  });
});

describe('what was lost is told again, also when (found by the simulation)', () => {
  test('its own process had not read it yet', async () => {
    const { clock, start, sequence } = sharedLogs();
    const spoil: Partial<LogTransport> = {};
    const here = await start(spoil);
    const before = here.position;
    spoil.read = () => Promise.reject(new Error('away'));
    await sequence.append({ names: ['x'], mode: 'remove' }, 0, 'primary');
    // Acknowledged, but behind one that was never read.
    await here.append(['a'], 'remove');
    sequence.lose(before);
    clock.advance(100);
    await sequence.append({ names: ['c'], mode: 'remove' }, before, 'primary');
    delete spoil.read;
    await pass(clock, 1500, 50);
    expect((await start()).staleSince(before, ['a'])).toBe(REMOVED);
  });

  test('that is noticed in the pause before the damage is mended', async () => {
    const { clock, start, sequence } = sharedLogs();
    const spoil: Partial<LogTransport> = {};
    const here = await start(spoil);
    const before = here.position;
    await here.append(['a'], 'remove');
    const seen = { end: 0 };
    spoil.read = async (...args) => {
      const page = await sequence.read(...args);
      seen.end = page.last;
      return page;
    };
    await pass(clock, 1100);
    sequence.lose(before);
    while (seen.end !== before) await pass(clock, 5);
    // Now the tail pauses. Another process goes on, and a request reads that: only then is it known what was lost.
    await sequence.append({ names: ['c'], mode: 'remove' }, before, 'primary');
    expect(await here.confirm(Infinity)).toBe(true);
    await pass(clock, 1500, 5);
    expect(sequence.records.map(({ names }) => names)).toEqual([[ALL], ['c'], ['a']]);
    expect((await start()).staleSince(before, ['a'])).toBe(REMOVED);
  });

  test('it was an invalidation of everything', async () => {
    const { clock, start, sequence } = sharedLogs();
    const here = await start();
    const before = here.position;
    await here.append([ALL], 'remove');
    sequence.lose(before);
    clock.advance(100);
    await sequence.append({ names: ['c'], mode: 'remove' }, before, 'primary');
    await pass(clock, 1500, 50);
    expect(sequence.records.at(-1)!.names).toContain(ALL);
    expect((await start()).staleSince(before, ['a'])).toBe(REMOVED);
  });
});

describe('F23 answers that are late, doubled or out of turn', () => {
  test('change nothing that is known already', async () => {
    const { clock, start, sequence } = sharedLogs();
    const log = await start();
    const filled = log.position;
    const old = await sequence.read(0, 10, 0);
    const spoil: Partial<LogTransport> = {};
    const other = await start(spoil);
    const position = await log.append(['a'], 'remove');
    await pass(clock, 20);
    spoil.read = async () => old;
    expect(await other.confirm(Infinity)).toBe(false);
    delete spoil.read;
    await pass(clock, 2000, 50);
    expect([other.position >= position, other.staleSince(filled, ['a'])]).toEqual([true, REMOVED]);
  });
});
