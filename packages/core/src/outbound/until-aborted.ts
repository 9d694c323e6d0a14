/** A result, or a rejection with the reason of `signal` as soon as that is aborted; then `left` is called. */
export function untilAborted<T>(
  result: Promise<T>,
  signal: AbortSignal | undefined,
  left: () => void,
): Promise<T> {
  if (signal === undefined) return result;
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      left();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', aborted);
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
    if (signal.aborted) aborted();
  });
}
