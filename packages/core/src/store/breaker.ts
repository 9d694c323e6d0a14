import type { Clock } from '../clock.js';

/** Keeps away from a machine that does not work. */
export interface Breaker {
  /** While true nothing is asked of the machine, but for one probe now and then. */
  readonly isOpen: boolean;
  succeeded(): void;
  failed(): void;
  close(): void;
}

/** So many failures in a row open it. */
const FAILURES = 5;
const PAUSE_MS = 1000;

/**
 * Makes a closed breaker. `probe` asks the machine for something in the background and says whether that worked: no
 * request pays for finding out. `changed`: told when it opens and when it closes.
 */
export function createBreaker(
  clock: Clock,
  probe: () => Promise<boolean>,
  changed: (isOpen: boolean) => void,
): Breaker {
  let failures = 0;
  let isOpen = false;
  let cancel = (): void => {};

  function open(): void {
    isOpen = true;
    changed(true);
    cancel = clock.after(PAUSE_MS, tryAgain);
  }

  function tryAgain(): void {
    void judge();
  }

  async function judge(): Promise<void> {
    const works = await probe();
    if (!isOpen) return;
    if (works) breaker.succeeded();
    else cancel = clock.after(PAUSE_MS, tryAgain);
  }

  const breaker: Breaker = {
    get isOpen() {
      return isOpen;
    },
    succeeded() {
      failures = 0;
      if (!isOpen) return;
      isOpen = false;
      cancel();
      changed(false);
    },
    failed() {
      failures++;
      if (failures >= FAILURES && !isOpen) open();
    },
    close() {
      cancel();
      isOpen = false;
      failures = -Infinity;
    },
  };
  return breaker;
}
