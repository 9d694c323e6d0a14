import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCache } from '@shelflife/core';
import { createHandClock, MINUTE } from './support/clock.js';
import { step } from './support/say.js';

let degrees = 12;
let isDown = false;

/** The weather service of somebody else: it says how long its answers are fresh, and whether they have changed. */
const service = createServer((req, res) => {
  const etag = `"${degrees}"`;
  const isKnown = req.headers['if-none-match'] === etag;
  console.log(`    [service] asked for ${req.url}${isKnown ? ', if it has changed' : ''}`);
  res.setHeader('Cache-Control', 'max-age=60').setHeader('ETag', etag);
  if (isDown) res.writeHead(503).end();
  else if (isKnown) res.writeHead(304).end();
  else res.end(`${degrees} degrees`);
});
await once(service.listen(0), 'listening');
const { port } = service.address() as AddressInfo;

const clock = createHandClock();
const cache = createCache({ clock });
const fetch = cache.fetcher({ staleIfError: '1h', tags: ['weather'] });

async function ask(callers = 1): Promise<void> {
  const url = `http://localhost:${port}/weather`;
  const responses = await Promise.all(Array.from({ length: callers }, () => fetch(url)));
  for (const response of responses)
    console.log(
      `    got ${response.status} ${await response.text()}  (${response.headers.get('cache-status')})`,
    );
}

step('Three callers at once. The service gets one request, and its answer is fresh for as long as it says:');
await ask(3);

step('A minute later it is asked whether anything has changed. It has not, so nothing is sent again:');
await clock.pass(MINUTE);
await ask();

step('A minute later it is down. The old answer stands in:');
isDown = true;
await clock.pass(MINUTE);
await ask();

step('It is up again, and somebody has heard that the weather has changed:');
isDown = false;
degrees = 14;
await cache.invalidate({ tags: ['weather'] });
await ask();

service.close();
service.closeAllConnections();
await cache.close();
