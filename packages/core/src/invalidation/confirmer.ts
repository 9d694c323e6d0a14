import type { Clock } from '../clock.js';

/** Answers "is what I know recent?" for many who ask at the same time with few reads. */
export interface Confirmer {
  /** True when a read that was sent after this call succeeded within the deadline. */
  confirm(): Promise<boolean>;
}

/** `read` is never run twice at a time and never rejects. Who asks while it runs waits for the next one, since the running one may not know what happened before the question. */
export function createConfirmer(clock: Clock, deadline: number, read: () => Promise<boolean>): Confirmer {
  let running: Promise<unknown> | undefined;
  let next: Promise<boolean> | undefined;

  async function start(): Promise<boolean> {
    await running;
    next = undefined;
    const result = read();
    running = result;
    void result.finally(() => running === result && (running = undefined));
    return result;
  }

  return {
    confirm() {
      next ??= start();
      return inTime(clock, deadline, next);
    },
  };
}

function inTime(clock: Clock, ms: number, result: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    void result.finally(cancel);
    void result.then(resolve);
  });
}
