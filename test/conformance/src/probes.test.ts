import { afterAll, beforeAll, describe, it } from 'vitest';
import { ADAPTERS } from './hosts/index.js';
import { createProbes } from './probes/index.js';
import { type Site, startSite } from './probes/world.js';

describe.each(ADAPTERS)('probes of %s with a plain rule', (adapter) => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite(adapter);
  });
  afterAll(() => site.close());

  // oxlint-disable-next-line vitest/expect-expect -- a probe throws
  it.each(createProbes())('$title', (probe) => site.put(probe));
});
