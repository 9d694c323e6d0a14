import type { ServerResponse } from 'node:http';

/** Calls `listener` right after a response was ended: all of it has been handed over, and its head is final. */
export function afterEnd(res: ServerResponse, listener: () => void): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `res`
  const { end } = res;
  res.end = (...args: unknown[]) => {
    res.end = end;
    Reflect.apply(end, res, args);
    listener();
    return res;
  };
}
