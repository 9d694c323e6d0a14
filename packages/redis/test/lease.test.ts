import { randomBytes, randomUUID } from 'node:crypto';
import type { Lease, Store } from '@shelflife/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisStore } from '../src/index.js';
import { type Deployment, DEPLOYMENTS } from './servers.js';

const TTL_MS = 5000;

describe.each(DEPLOYMENTS)('the lease on Redis %s', (_, start) => {
  let redis: Deployment;
  let stores: readonly Required<Pick<Store, 'lease' | 'get' | 'set' | 'close'>>[];
  let one: Lease;
  let other: Lease;
  beforeAll(async () => {
    redis = await start();
    stores = [1, 2].map(() => redisStore({ client: redis.client() }) as (typeof stores)[0]);
    [one, other] = stores.map(({ lease }) => lease) as [Lease, Lease];
  }, 20_000);
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await redis.stop();
  });

  test('one of many gets it', async () => {
    const key = randomUUID();
    const grants = await Promise.all(
      Array.from({ length: 50 }, (__, at) => (at % 2 === 0 ? one : other).take(key, TTL_MS)),
    );
    expect(grants.filter(({ token }) => token !== undefined)).toHaveLength(1);
    expect(grants.filter((grant) => Object.keys(grant).length === 0)).toHaveLength(49);
  });

  test('it is free again when it was given back, and when its time is over', async () => {
    const key = randomUUID();
    const { token } = await one.take(key, TTL_MS);
    await one.release(key, token!);
    expect(await other.take(key, 30)).toEqual({ token: expect.any(String) });
    await expect.poll(() => one.take(key, TTL_MS)).toEqual({ token: expect.any(String) });
  });

  test('F29 who lost it can neither keep it nor give it away', async () => {
    const key = randomUUID();
    const { token: lost } = await one.take(key, 1);
    await expect.poll(() => other.take(key, TTL_MS)).toEqual({ token: expect.any(String) });
    expect(await one.renew(key, lost!, TTL_MS)).toBe(false);
    await one.release(key, lost!);
    expect(await one.take(key, TTL_MS)).toEqual({});
  });

  test('its holder keeps it as long as it renews it', async () => {
    const key = randomUUID();
    const { token } = await one.take(key, 800);
    for (let round = 0; round < 6; round++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await one.renew(key, token!, 800)).toBe(true);
    }
    expect(await other.take(key, TTL_MS)).toEqual({});
  });

  test('what somebody stored meanwhile comes in place of it, but not what the caller has seen', async () => {
    const key = randomUUID();
    const [old, fresh] = [randomBytes(1000), randomBytes(1000)];
    await stores[0]!.set(key, old, TTL_MS);
    expect(await one.take(key, TTL_MS)).toEqual({ value: old });
    expect(await one.take(key, TTL_MS, old)).toEqual({ token: expect.any(String) });
    expect(await other.take(key, TTL_MS, old)).toEqual({});
    await stores[0]!.set(key, fresh, TTL_MS);
    expect(await other.take(key, TTL_MS, old)).toEqual({ value: fresh });
    expect(await other.take(key, TTL_MS, fresh)).toEqual({});
  });

  test.each(['{', '}', '{}', '}{', 'a{b}c', '%7b', '%'])('a key such as %s is no obstacle', async (name) => {
    const key = `${name}${randomUUID()}`;
    const { token } = await one.take(key, TTL_MS);
    expect(await one.renew(key, token!, TTL_MS)).toBe(true);
    expect(await other.take(key, TTL_MS)).toEqual({});
    expect(await stores[0]!.get(key)).toBeUndefined();
  });
});
