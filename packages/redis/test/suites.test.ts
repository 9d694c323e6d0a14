import { dataSuite, logSuite, storeSuite } from '@shelflife/core/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import { redisLog, redisStore } from '../src/index.js';
import { type Deployment, DEPLOYMENTS } from './servers.js';

describe.each(DEPLOYMENTS)('Redis %s', (name, start) => {
  let redis: Deployment;
  beforeAll(async () => void (redis = await start()), 20_000);
  afterAll(() => redis.stop());

  for (const version of [6, 5] as const) {
    const title = `Redis ${name} with ioredis ${version}`;
    dataSuite(title, () => redisStore({ client: redis.client(version) }));
    storeSuite(title, () => redisStore({ client: redis.client(version) }));
    logSuite(title, (keyPrefix) => redisLog({ client: redis.client(version), keyPrefix }));
  }
});
