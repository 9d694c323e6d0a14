import type { Clock } from '../clock.js';
import { ShelflifeError } from '../errors.js';

/** The result, or a rejection with `ERR_TIMEOUT` after `ms` milliseconds (`Infinity`: never), told to `late`. `what`: for its message. */
export function inTime<T>(
  clock: Clock,
  ms: number,
  result: Promise<T>,
  late: (error: ShelflifeError) => void = () => {},
  what = 'the load gave no value',
): Promise<T> {
  if (ms === Infinity) return result;
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      const error = new ShelflifeError('ERR_TIMEOUT', `${what} within ${ms} ms.`);
      reject(error);
      late(error);
    });
    result.then(resolve, reject).finally(cancel);
  });
}
