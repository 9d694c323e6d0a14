import { describe, expect, test, vi } from 'vitest';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { pass, settle } from '../testing/step.js';
import { createGuard, type Guard, type GuardOptions, type NodeChange } from './guard.js';

const never = (): Promise<never> => new Promise(() => {});
const works = async (): Promise<string> => 'value';
const fails = (): Promise<never> => Promise.reject(new Error('no'));

interface Started {
  readonly clock: FakeClock;
  readonly guard: Guard;
  readonly changes: NodeChange[];
  /** What the machines do when they are probed. */
  readonly machine: { probe: (key: string) => Promise<unknown> };
}

function start(options: Partial<GuardOptions> = {}): Started {
  const clock = fakeClock();
  const changes: NodeChange[] = [];
  const machine = { probe: vi.fn<(key: string) => Promise<unknown>>(fails) };
  const guard = createGuard({
    clock,
    deadline: 50,
    nodeOf: (key) => key[0]!,
    probe: (key) => machine.probe(key),
    changed: (change) => changes.push(change),
    ...options,
  });
  return { clock, guard, changes, machine };
}

/** One request: what it got, and the milliseconds it waited. */
async function request({ clock, guard }: Started, key: string, operation = never): Promise<[string, number]> {
  const before = clock.now();
  const result = guard.run('read', key, operation);
  let how: string | undefined;
  void result.then((guarded) => (how = guarded.how));
  await settle();
  for (;;) {
    if (how !== undefined) return [how, clock.now() - before];
    await pass(clock, 1, 1);
  }
}

describe('a machine that hangs', () => {
  test('F03 costs its deadline five times, then nothing; no request is the probe', async () => {
    const started = start();
    const waits: number[] = [];
    for (let at = 0; at < 5; at++) waits.push((await request(started, 'a'))[1]);
    expect(waits).toEqual([50, 50, 50, 50, 50]);
    for (let at = 0; at < 200; at++) {
      expect(await request(started, 'a')).toEqual(['skipped', 0]);
      started.clock.advance(50);
    }
    expect(started.changes).toEqual([{ node: 'a', kind: 'read', works: false }]);
    // Ten seconds: one probe each.
    expect(started.machine.probe).toHaveBeenCalledTimes(10);
  });

  test('is used again a second after it works, by a probe', async () => {
    const started = start();
    const { clock, guard, machine, changes } = started;
    for (let at = 0; at < 5; at++) await request(started, 'a');
    machine.probe = works;
    await pass(clock, 995);
    expect(await request(started, 'a')).toEqual(['skipped', 0]);
    await pass(clock, 10);
    expect(await guard.run('read', 'a', works)).toEqual({ how: 'done', value: 'value' });
    expect(changes.map((change) => change.works)).toEqual([false, true]);
    // It takes five failures again.
    expect((await request(started, 'a'))[0]).toBe('failed');
    expect(changes).toHaveLength(2);
  });

  test('does not hold up the others', async () => {
    const started = start();
    for (let at = 0; at < 5; at++) await request(started, 'a');
    expect(await started.guard.run('read', 'b', works)).toEqual({ how: 'done', value: 'value' });
  });

  test('F05 has what it answers too late dropped', async () => {
    const { clock, guard } = start();
    let answer = (_value: string): void => {};
    const late = guard.run('read', 'a', () => new Promise<string>((resolve) => (answer = resolve)));
    const next = guard.run('read', 'a', works);
    await settle();
    clock.advance(50);
    answer('late');
    expect([(await late).how, await next]).toEqual(['failed', { how: 'done', value: 'value' }]);
  });

  test('does not eat memory: what is under way is counted until the machine is done with it', async () => {
    const { clock, guard } = start({ maxInFlight: 3, nodeOf: () => '' });
    const ends: ((value: string) => void)[] = [];
    const hang = (): Promise<string> => new Promise((resolve) => ends.push(resolve));
    const all = Array.from({ length: 5 }, () => guard.run('read', 'a', hang));
    await settle();
    clock.advance(50);
    expect((await Promise.all(all)).map(({ how }) => how)).toEqual([
      'failed',
      'failed',
      'failed',
      'skipped',
      'skipped',
    ]);
    expect(await guard.run('read', 'a', works)).toEqual({ how: 'skipped', why: 'busy' });
    for (const end of ends) end('at last');
    await settle();
    expect((await guard.run('read', 'a', works)).how).toBe('done');
  });
});

describe('a machine that fails', () => {
  test('now and then is not left alone', async () => {
    const { guard, changes } = start();
    for (let at = 0; at < 20; at++) {
      for (let times = 0; times < 4; times++) await guard.run('read', 'a', fails);
      await guard.run('read', 'a', works);
    }
    expect(changes).toEqual([]);
  });

  test('by throwing is no worse than by rejecting', async () => {
    const { guard } = start();
    const error = new Error('at once');
    const result = await guard.run('read', 'a', () => {
      throw error;
    });
    expect(result).toEqual({ how: 'failed', error });
  });

  test('F06 F17 to write is still read from', async () => {
    const { guard, changes } = start();
    for (let at = 0; at < 6; at++) await guard.run('write', 'a', fails);
    expect(changes).toEqual([{ node: 'a', kind: 'write', works: false }]);
    expect(await guard.run('write', 'a', works)).toEqual({ how: 'skipped', why: 'open' });
    expect((await guard.run('read', 'a', works)).how).toBe('done');
  });
});

test('a guard that was closed leaves no timer', async () => {
  const started = start();
  for (let at = 0; at < 5; at++) await request(started, 'a');
  started.guard.close();
  expect(started.clock.pending).toBe(0);
});
