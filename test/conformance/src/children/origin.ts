import { type AddressInfo, Server } from 'node:net';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Program: runs the origin server of a checkout of the suite and tells its port. `origin.ts /path/of/checkout` */
const [checkout] = process.argv.slice(2) as [string];

// The suite's server listens on all addresses of the machine; this one is for the loopback interface alone.
// oxlint-disable-next-line typescript/unbound-method -- it is called with the server
const listen: (options: object) => Server = Server.prototype.listen;
Server.prototype.listen = function listenOnLoopback(this: Server): Server {
  this.once('listening', () => process.send!({ port: (this.address() as AddressInfo).port }));
  return listen.call(this, { port: 0, host: '127.0.0.1' });
};
Object.assign(process.env, {
  npm_config_protocol: 'http',
  npm_config_port: '0',
  npm_config_pidfile: devNull,
});
process.on('disconnect', () => process.exit());
await import(pathToFileURL(join(checkout, 'test-engine/server/server.mjs')).href);
