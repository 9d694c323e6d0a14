import { createCache } from '@shelflife/core';
import { startHost, type Target } from '../hosts/index.js';
import { AHEAD, PROFILE } from '../profile.js';

/** Program: starts a host in front of an origin and tells its port. `target.ts express http://127.0.0.1:8000 [ahead]` */
const [target, origin, ahead] = process.argv.slice(2) as [Target, string, 'ahead'?];
const rule = ahead === undefined ? PROFILE : AHEAD;
const { port } = await startHost(target, { origin, cache: createCache(), rule });
process.on('disconnect', () => process.exit());
process.send!({ port });
