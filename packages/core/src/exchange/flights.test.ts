import { describe, expect, test } from 'vitest';
import { createProcessLog } from '../invalidation/process-log.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { storedResponse } from '../testing/made.js';
import type { InvalidationLog, InvalidationMode } from '../invalidation/log.js';
import { createFlights, type Flights, type Landing } from './flights.js';

const LIMIT = 5000;
const STORED: Landing = { how: 'stored', key: 'key', stored: storedResponse() };

function start(maxFlights?: number): {
  readonly clock: FakeClock;
  readonly log: InvalidationLog;
  readonly flights: Flights;
} {
  const clock = fakeClock();
  const log = createProcessLog({ clock });
  return { clock, log, flights: createFlights(clock, log, maxFlights) };
}

describe('a flight', () => {
  test.each<Landing>([STORED, { how: 'uncacheable' }, { how: 'abandoned' }])(
    'tells all who wait how it landed: $how',
    async (landing) => {
      const { clock, flights } = start();
      const flight = flights.lead('key', [])!;
      const waiting = [flights.join('key', LIMIT)!, flights.join('key', LIMIT)!];
      expect([flights.has('key'), flights.size, clock.pending]).toEqual([true, 1, 2]);
      flight.land(landing);
      expect(await Promise.all(waiting)).toEqual([landing, landing]);
      // Neither an entry nor a timer is left.
      expect([flights.has('key'), flights.size, clock.pending]).toEqual([false, 0, 0]);
      expect(flights.join('key', LIMIT)).toBeUndefined();
    },
  );

  test('lets those go who have waited long enough, and no others', async () => {
    const { clock, flights } = start();
    const flight = flights.lead('key', [])!;
    const short = flights.join('key', 1000);
    const long = flights.join('key', 2000);
    clock.advance(1000);
    expect(await short).toEqual({ how: 'late' });
    flight.land(STORED);
    expect(await long).toBe(STORED);
  });

  test('that is in the air longer than anybody would wait is replaced by the next', async () => {
    const { clock, flights } = start();
    const slow = flights.lead('key', [])!;
    const waiting = flights.join('key', 2 * LIMIT);
    clock.advance(LIMIT);
    expect(flights.join('key', LIMIT)).toBeUndefined();
    const next = flights.lead('key', [])!;
    const later = flights.join('key', LIMIT);
    slow.land(STORED);
    expect(await waiting).toBe(STORED);
    expect(flights.has('key')).toBe(true);
    next.land({ how: 'abandoned' });
    expect(await later).toEqual({ how: 'abandoned' });
  });

  test('with a wait limit of 0 nobody waits', () => {
    const { flights } = start();
    flights.lead('key', []);
    expect(flights.join('key', 0)).toBeUndefined();
  });

  test.each<[string, readonly string[], InvalidationMode, boolean]>([
    ['one of its names', ['a'], 'remove', false],
    ['one of its names, as stale', ['b'], 'stale', false],
    ['everything', ['*'], 'remove', false],
    ['another name', ['c'], 'remove', true],
  ])('C10 an invalidation of %s decides who may join', (_title, names, mode, joins) => {
    const { flights, log } = start();
    void log.append(['a'], 'remove');
    const flight = flights.lead('key', ['a', 'b'])!;
    expect(flight.position).toBe(1);
    expect(flights.join('key', LIMIT)).toBeDefined();
    void log.append(names, mode);
    expect(flights.join('key', LIMIT) !== undefined).toBe(joins);
  });

  test('others are not collapsed when too many are in the air', () => {
    const { flights } = start(2);
    for (const key of ['a', 'b']) expect(flights.lead(key, [])).toBeDefined();
    expect(flights.lead('c', [])).toBeUndefined();
    // One that takes the place of another is no more than before.
    expect(flights.lead('a', [])).toBeDefined();
    expect(flights.size).toBe(2);
  });
});

test('idle waits for all flights, and for none when there is none', async () => {
  const { flights } = start();
  await flights.idle();
  const [a, b] = [flights.lead('a', [])!, flights.lead('b', [])!];
  let isIdle = false;
  const idle = flights.idle().then(() => (isIdle = true));
  a.land(STORED);
  await Promise.resolve();
  expect(isIdle).toBe(false);
  b.land(STORED);
  await idle;
  await flights.idle();
});
