import type { Clock } from '../clock.js';
import { ShelflifeError } from '../errors.js';

/** The result, or a rejection with `ERR_TIMEOUT` after `ms` milliseconds (`Infinity`: never), told to `late`. */
export function inTime<T>(
  clock: Clock,
  ms: number,
  result: Promise<T>,
  late: (error: ShelflifeError) => void = () => {},
): Promise<T> {
  if (ms === Infinity) return result;
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      const error = new ShelflifeError('ERR_TIMEOUT', `the load gave no value within ${ms} ms.`);
      reject(error);
      late(error);
    });
    result.then(resolve, reject).finally(cancel);
  });
}
