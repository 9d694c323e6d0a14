import type { FakeClock } from './fake-clock.js';

/** Lets everything run that needs no time. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Advances a fake clock in steps of `step` milliseconds, and lets everything run after each. */
export async function pass(clock: FakeClock, ms: number, step = 5): Promise<void> {
  await settle();
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(Math.min(step, ms - passed));
    await settle();
  }
}
