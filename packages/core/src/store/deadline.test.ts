import { describe, expect, test, vi } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { within } from './deadline.js';

describe('within 50 ms', () => {
  test('a result or an error in time is passed on, and the timer is gone', async () => {
    const clock = fakeClock();
    const mine = new Error('mine');
    expect(await within(clock, 50, async () => 'here')).toBe('here');
    await expect(within(clock, 50, () => Promise.reject(mine))).rejects.toBe(mine);
    const thrown = within(clock, 50, () => {
      throw mine;
    });
    await expect(thrown).rejects.toBe(mine);
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  test('no result is an error at 50 ms and not before', async () => {
    const clock = fakeClock();
    const settled = vi.fn<(error: Error) => void>();
    void within(clock, 50, () => new Promise(() => {})).catch(settled);
    clock.advance(49);
    await Promise.resolve();
    expect(settled).not.toHaveBeenCalled();
    clock.advance(1);
    await vi.waitFor(() => expect(settled.mock.lastCall?.[0].message).toBe('no answer within 50 ms'));
  });

  test('an error that comes later is dropped', async () => {
    const clock = fakeClock();
    let fail: (error: Error) => void = () => {};
    const late = within(clock, 50, () => new Promise((_, reject) => void (fail = reject)));
    clock.advance(50);
    fail(new Error('late'));
    await expect(late).rejects.toThrow('no answer within 50 ms');
  });
});
