import { expect, test } from 'vitest';
import { fakeClock } from './fake-clock.js';

test('the time stands still until it is advanced', () => {
  const clock = fakeClock(1000);
  expect([clock.now(), clock.now()]).toEqual([1000, 1000]);
  clock.advance(250);
  expect(clock.now()).toBe(1250);
});

test('tasks run in the order of their times, each at its own', () => {
  const clock = fakeClock(0);
  const ran: string[] = [];
  const note = (name: string) => () => void ran.push(`${name} at ${clock.now()}`);
  clock.after(30, note('third'));
  clock.after(10, note('first'));
  clock.after(20, note('second'));
  clock.after(30, note('fourth'));
  clock.after(31, note('later'));
  clock.advance(30);
  expect(ran).toEqual(['first at 10', 'second at 20', 'third at 30', 'fourth at 30']);
  expect([clock.now(), clock.pending]).toEqual([30, 1]);
});

test('a task that starts another one', () => {
  const clock = fakeClock(0);
  const ran: number[] = [];
  const again = (): void => {
    ran.push(clock.now());
    clock.after(10, again);
  };
  clock.after(10, again);
  clock.advance(35);
  expect(ran).toEqual([10, 20, 30]);
});

test('a task that was called off does not run, not even by a task of the same moment', () => {
  const clock = fakeClock(0);
  const ran: string[] = [];
  clock.after(5, () => stop());
  const stop = clock.after(5, () => void ran.push('second'));
  clock.advance(10);
  stop();
  expect([ran, clock.pending]).toEqual([[], 0]);
});

test('a task without delay waits for the next advance', () => {
  const clock = fakeClock(0);
  const ran: string[] = [];
  clock.after(-1, () => void ran.push('now'));
  expect(ran).toEqual([]);
  clock.advance(0);
  expect([ran, clock.now()]).toEqual([['now'], 0]);
});

test.each([-1, NaN])('advancing by %d is refused', (ms) => {
  expect(() => fakeClock().advance(ms)).toThrow('advance: expected milliseconds that do not step back');
});
