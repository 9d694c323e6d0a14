// One server of a comparison in a process of its own: tsx host.ts FILE NAME SIZE. Tells its port, and on request how often
// the origin was asked.
import type { AddressInfo } from 'node:net';
import { createOrigin } from './origin.js';
import type { Variant } from './variants/variant.js';

const [file, name, size] = process.argv.slice(2) as [string, string, string];
const variants = (await import(`./variants/${file}.js`)) as Record<string, Record<string, Variant>>;
const variant = Object.values(variants).find((group) => name in group)?.[name];
if (variant === undefined) throw new Error(`variants/${file}.ts has no '${name}'.`);
const origin = createOrigin(Number(size));
const server = await variant(origin);
process.on('message', () => process.send!({ calls: origin.calls() }));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send!({ port: (server.address() as AddressInfo).port });
