/** For adapters of frameworks on node:http. Applications use the adapters. */
export { accelerateExpress, type AccelerateOptions, accelerateServer } from './accelerate.js';
export { EXPRESS, type ExpressRequest } from './express.js';
export { aheadError } from '../rule/ahead.js';
export { isUnsafe } from '../http/invalidates.js';
export { afterCall } from './after-call.js';
export { createHandOver, type HandOver, type HookedResponses } from './hand-over.js';
export { type Head, headOfNode, setFields } from './head.js';
export type { Host, Responses } from './host.js';
export { nodeMiddleware, type NodeMiddleware } from './middleware.js';
export { narrowQuery, withQueryOf } from './query.js';
