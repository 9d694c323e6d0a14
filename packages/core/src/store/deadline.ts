import type { Clock } from '../clock.js';

/**
 * The result of `run`, or a rejection after `ms` milliseconds without one. What comes later is dropped, be it a
 * result or an error. A `run` that throws instead of rejecting rejects.
 */
export function within<T>(clock: Clock, ms: number, run: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new Error(`no answer within ${ms} ms`)));
    const asked = new Promise<T>((settle) => settle(run()));
    asked.then(resolve, reject).finally(cancel);
  });
}
