import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, createCache } from '@shelflife/core';
import { type Adapter, startHost } from '../hosts/index.js';
import { type Asked, type Got, send } from './client.js';

/** A question to a cache with a plain rule, behind which the probe's own origin answers. */
export interface Probe {
  readonly title: string;
  /** Answers the origin's requests. `run` counts from 1. */
  readonly answer: (run: number, req: IncomingMessage, res: ServerResponse) => unknown;
  /** @throws Error when the cache does not behave. */
  readonly check: (world: World) => Promise<void>;
}

/** What a probe sees. */
export interface World {
  /** Sends a request to the cache, at the probe's own URL, and waits for its end on both sides. */
  readonly ask: (asked?: Asked) => Promise<Got>;
  /** Waits until the cache is done with what it has been asked. */
  readonly settled: () => Promise<void>;
  /** Moves the time of the cache forward. */
  readonly advance: (ms: number) => void;
  /** How often the origin was asked. */
  readonly runs: () => number;
}

/** An application that probes are put to. */
export interface Site {
  readonly put: (probe: Probe) => Promise<void>;
  readonly close: () => Promise<void>;
}

const RULE = { ttl: '1m' } as const;

/** Starts an adapter with a plain rule, and the origin behind it. */
export async function startSite(adapter: Adapter): Promise<Site> {
  const handlers = new Map<string, (req: IncomingMessage, res: ServerResponse) => void>();
  const server = createServer((req, res) => handlers.get(req.url!.split('?', 1)[0]!)!(req, res));
  const { clock, advance } = movableClock();
  const cache = createCache({ clock });
  const origin = await listen(server);
  const host = await startHost(adapter, { origin, cache, rule: RULE });

  async function settled(): Promise<void> {
    for (let turn = 0; turn < 500; turn++) {
      if (cache.stats().flights === 0) return;
      await sleep(4);
    }
    throw new Error('The cache still waits for an answer.');
  }

  return {
    async put({ answer, check }) {
      const path = `/probe-${handlers.size}`;
      let runs = 0;
      handlers.set(path, (req, res) => answer(++runs, req, res));
      const ask = async (asked: Asked = {}): Promise<Got> => {
        const got = await send(`http://127.0.0.1:${host.port}${path}${asked.query ?? ''}`, asked);
        if (asked.onData === undefined) await settled();
        return got;
      };
      await check({ ask, settled, advance, runs: () => runs });
    },
    async close() {
      await host.close();
      await cache.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The time of this machine, and a way to move it. */
function movableClock(): { readonly clock: Clock; readonly advance: (ms: number) => void } {
  let shift = 0;
  return {
    advance: (ms) => void (shift += ms),
    clock: {
      now: () => Math.floor(performance.timeOrigin + performance.now()) + shift,
      after(ms, task) {
        const timer = setTimeout(task, ms).unref();
        return () => clearTimeout(timer);
      },
    },
  };
}

/** A door that a probe opens when it is time. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
