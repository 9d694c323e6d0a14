import type { Running, Setup } from './host.js';

/** The adapters that the suite is run through. */
export const ADAPTERS = ['express', 'fastify', 'nestjs'] as const;

export type Adapter = (typeof ADAPTERS)[number];

/** An adapter, or the proxy without any cache. */
export type Target = Adapter | 'none';

/** Starts a host. Only its own framework is loaded. */
export async function startHost(target: Target, setup: Setup): Promise<Running> {
  if (target === 'express') return (await import('./express.js')).startExpress(setup);
  if (target === 'fastify') return (await import('./fastify.js')).startFastify(setup);
  if (target === 'nestjs') return (await import('./nestjs.js')).startNest(setup);
  return (await import('./express.js')).startWithoutCache(setup);
}
