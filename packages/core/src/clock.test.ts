import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from './clock.js';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('the time of this machine', () => {
  test('never steps back, and is that of the wall clock', () => {
    const times = Array.from({ length: 1000 }, () => systemClock.now());
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(Math.abs(times[0]! - Date.now())).toBeLessThan(1000);
  });
});

test('a task that waits does not keep the process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const cancel = systemClock.after(60_000, () => {});
  expect(timers()).toBe(before);
  cancel();
});

describe('a task', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('runs after what had already arrived when its time came, so that a reply in time is no late one', async () => {
    const order: string[] = [];
    systemClock.after(50, () => order.push('deadline'));
    // The stall: the timer is due, and the reply waits to be read in the phase after the timers.
    vi.advanceTimersByTime(50);
    order.push('reply');
    expect(order).toEqual(['reply']);
    await turn();
    expect(order).toEqual(['reply', 'deadline']);
  });

  test('runs once, in the order of its time', async () => {
    const order: number[] = [];
    systemClock.after(20, () => order.push(20));
    systemClock.after(10, () => order.push(10));
    systemClock.after(10, () => order.push(11));
    vi.advanceTimersByTime(100);
    await turn();
    await turn();
    expect(order).toEqual([10, 11, 20]);
  });

  test.each([
    ['before its time', 0],
    ['after its timer and before its turn', 50],
  ])('does not run when it is cancelled %s', async (_, ms) => {
    const task = vi.fn<() => void>();
    const cancel = systemClock.after(50, task);
    vi.advanceTimersByTime(ms);
    cancel();
    vi.advanceTimersByTime(50);
    await turn();
    expect(task).not.toHaveBeenCalled();
    // And once more is no harm.
    cancel();
  });

  test('can be cancelled by another one of the same moment, and by itself', async () => {
    const order: string[] = [];
    const cancels: (() => void)[] = [];
    cancels.push(
      systemClock.after(10, () => {
        order.push('one');
        for (const cancel of cancels) cancel();
      }),
      systemClock.after(10, () => order.push('other')),
    );
    vi.advanceTimersByTime(10);
    await turn();
    await turn();
    expect(order).toEqual(['one']);
  });
});
