import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { createCache } from '@shelflife/core';
import { expect, test } from 'vitest';
import { startRedis } from '../../../test/support/servers/redis.js';
import { redisStore } from '../src/index.js';
import { knows } from './support/settling.js';

test('F26 processes that cannot reach each other need not: all they connect to is Redis', async ({
  onTestFinished,
}) => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const ports = new Set<number | undefined>();
  let listens = 0;
  const connects = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => ports.add(socket.remotePort));
  };
  const listening = (): void => void listens++;
  const channels = [
    ['net.client.socket', connects],
    ['net.server.socket', listening],
    ['tracing:net.server.listen:asyncStart', listening],
    ['udp.socket', listening],
  ] as const;
  for (const [name, hears] of channels) subscribe(name, hears);
  onTestFinished(() => channels.forEach(([name, hears]) => void unsubscribe(name, hears)));

  const [here, there] = [1, 2].map(() => createCache({ store: redisStore({ url: redis.url }) }));
  onTestFinished(() => Promise.all([here!.close(), there!.close()]).then(() => undefined));
  for (const cache of [here!, there!]) await expect.poll(() => cache.confirm(), { timeout: 5000 }).toBe(true);
  await here!.set('key', 'old', { ttl: '1m', tags: ['tag'] });
  await expect.poll(() => there!.get('key')).toBe('old');
  const { token } = await here!.invalidate({ tags: ['tag'] });
  await knows(there!, token);
  expect(await there!.get('key')).toBeUndefined();
  expect([[...ports], listens]).toEqual([[redis.port], 0]);
});
