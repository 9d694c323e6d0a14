/** For adapters of frameworks on node:http. Applications use the adapters. */
export { accelerateExpress, type AccelerateOptions, accelerateServer } from './accelerate.js';
export { EXPRESS, type ExpressRequest } from './express.js';
export { isUnsafe } from '../http/invalidates.js';
export { fieldsOf, type Head, setHead } from './head.js';
export type { Host, Responses } from './host.js';
export { nodeMiddleware, type NodeMiddleware } from './middleware.js';
export type { Narrowed } from './narrow.js';
export { replyOf, sendHit } from './send.js';
export type { Asked, Hit } from './shortcut.js';
export { bufferOf, capturePayload, type TakePayload } from './payload.js';
export { narrowQuery, withQueryOf } from './query.js';
