/** For adapters of frameworks on node:http. Applications use the adapters. */
export { EXPRESS, type ExpressRequest } from './express.js';
export { isUnsafe } from '../http/invalidates.js';
export { afterEnd } from './after-end.js';
export { fieldsOf, headFrom } from './head.js';
export type { Host } from './host.js';
export { nodeMiddleware, type NodeMiddleware } from './middleware.js';
export { narrowRequest } from './narrow.js';
export { tee } from './tee.js';
export { viewOf } from './view.js';
