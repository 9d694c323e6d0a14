import { createCache } from '@shelflife/core';
import { startHost, type Target } from '../hosts/index.js';
import { PROFILE } from '../profile.js';

/** Program: starts a host in front of an origin and tells its port. `target.ts express http://127.0.0.1:8000` */
const [target, origin] = process.argv.slice(2) as [Target, string];
const { port } = await startHost(target, { origin, cache: createCache(), rule: PROFILE });
process.on('disconnect', () => process.exit());
process.send!({ port });
