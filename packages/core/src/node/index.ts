/** For adapters of frameworks on node:http. Applications use the adapters. */
export type { Host } from './host.js';
export { nodeMiddleware, type NodeMiddleware } from './middleware.js';
