import type { Loop, Owner } from './loop.js';

/** How badly messages travel. */
export interface Weather {
  /** Share of the messages that are lost: 0 to 1. */
  readonly loss: number;
  readonly doubled: number;
  /** Share of the messages that take long, so that others overtake them. */
  readonly late: number;
}

/** Carries calls of processes to the server. */
export interface Network {
  weather: Weather;
  /** Runs `execute` on the server when the request has arrived; the answer travels back to its owner. It may never come. */
  call<T>(owner: Owner, execute: () => T | Promise<T>): Promise<T>;
  /** Processes whose calls fail at once. */
  readonly cut: Set<Owner>;
}

const FAST_MS = 2;
const LATE_MS = 900;

/** `random`: 0 to 1. */
export function createNetwork(loop: Loop, random: () => number): Network {
  const network: Network = {
    weather: { loss: 0, doubled: 0, late: 0 },
    cut: new Set(),
    call: <T>(owner: Owner, execute: () => T | Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        if (network.cut.has(owner)) {
          loop.after(1, owner, () => reject(new Error('no connection')));
          return;
        }
        const { loss, doubled } = network.weather;
        if (random() < loss) return;
        const answer = async (): Promise<void> => {
          try {
            const value = await execute();
            if (random() >= loss) loop.after(delay(), owner, () => resolve(value));
          } catch (error) {
            loop.after(delay(), owner, () => reject(error));
          }
        };
        loop.after(delay(), undefined, () => void answer());
        if (random() < doubled) loop.after(delay() + delay(), undefined, () => void ignored(execute));
      }),
  };

  function delay(): number {
    return random() < network.weather.late ? random() * LATE_MS : random() * FAST_MS;
  }

  return network;
}

async function ignored(execute: () => unknown): Promise<void> {
  try {
    await execute();
  } catch {
    // Nobody waits for the second answer.
  }
}
