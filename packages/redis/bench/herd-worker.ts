import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { PEERS } from './peers.js';

/** A process that asks for one cold key many times at once, when it is told to. */
const [name = '', url = '', count = ''] = process.argv.slice(2);
const peer = PEERS[name]!(url);
const redis = new Redis(url);
await redis.ping();
process.send!('ready');

process.once('message', async () => {
  const make = async (): Promise<string> => {
    await redis.incr('origin');
    await sleep(200);
    return 'made';
  };
  await Promise.all(Array.from({ length: Number(count) }, () => peer.get('cold', make)));
  process.send!('done');
  await peer.close();
  process.exit();
});
