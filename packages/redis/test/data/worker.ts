import { setTimeout as sleep } from 'node:timers/promises';
import { createCache } from '@shelflife/core';
import { redisStore } from '../../src/index.js';
import type { DataWorkerCalls, DataWorkerOptions } from './messages.js';
import { race } from './race.js';

/** A process with a data cache, started by `startDataWorker()`. Its options come as JSON, calls as messages. */
const { url, maxStaleness } = JSON.parse(process.argv[2] ?? '{}') as DataWorkerOptions;
// A machine that has other work to do is no fault.
const store = redisStore({ url, deadline: '1s' });
const cache = createCache({ store, maxStaleness, defaults: { ttl: '1m' } });

const calls: { [K in keyof DataWorkerCalls]: (...args: Parameters<DataWorkerCalls[K]>) => unknown } = {
  confirm: (token) => cache.confirm(token),
  wrap: (keys, times, loadMs, dies = false) =>
    Promise.all(
      Array.from({ length: times }, (_, at) =>
        cache.wrap(keys[at % keys.length]!, async () => {
          if (dies) process.kill(process.pid, 'SIGKILL');
          await sleep(loadMs);
          return process.pid;
        }),
      ),
    ),
  keep(key, tags, on) {
    if (on !== undefined) cache.depends(tags[0]!, on);
    return cache.wrap(key, (context) => (context.tag(...tags), true));
  },
  has: (key) => cache.has(key),
  invalidate: async (tag) => (await cache.invalidate({ tags: [tag] })).token,
  loads: () => cache.stats().data.loads,
  race: (seed, ms) => race(cache, seed, ms),
};

process.on('message', ({ call, args, id }: { call: keyof DataWorkerCalls; args: never[]; id: number }) => {
  const answer = async (): Promise<unknown> => calls[call](...args);
  answer().then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
// Nobody is left to ask.
process.once('disconnect', () => process.exit());
process.send?.('ready');
