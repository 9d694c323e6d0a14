import { createCache } from '@shelflife/core';
import { nodeMiddleware, type Host } from '@shelflife/core/node';
import { get, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Origin } from '../origin.js';
import { JSON_TYPE, listen, PATH, type Variant } from './variant.js';

/** The least that a server can do: one head, one body, held ready. */
const raw: Variant = ({ bytes }) => {
  const head = ['Content-Type', JSON_TYPE, 'Content-Length', String(bytes.byteLength)];
  return listen((_req, res) => void res.writeHead(200, head).end(bytes));
};

/** The same with the very head that a hit of ours has: what the cache itself costs is the rest. */
const rawSameHead: Variant = async (origin) => {
  const ours = await listen(cached(origin));
  const { port } = ours.address() as AddressInfo;
  await headOf(port);
  const head = await headOf(port);
  ours.close();
  return listen((_req, res) => void res.writeHead(200, head).end(origin.bytes));
};

const core: Variant = (origin) => listen(cached(origin));

function cached(origin: Origin): RequestListener {
  const cache = createCache();
  const host: Host<IncomingMessage> = {
    url: (req) => req.url!,
    scheme: () => 'http',
    withUrl: (req, url) => [[req, { url }]],
    application: () => listener,
  };
  const enter = nodeMiddleware(cache, cache.rule({ ttl: '1h' }), host);
  const listener: RequestListener = (req, res) =>
    enter(req, res, () => {
      const body = Buffer.from(JSON.stringify(origin.object()));
      res.writeHead(200, { 'Content-Type': JSON_TYPE, 'Content-Length': body.byteLength }).end(body);
    });
  return listener;
}

function headOf(port: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    get({ port, path: PATH, agent: false }, (res) => {
      res.resume();
      const { rawHeaders } = res;
      // Those that belong to the connection are written by Node itself.
      const own = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 && !/^(?:connection|keep-alive)$/i.test(name) ? [name, rawHeaders[index + 1]!] : [],
      );
      res.on('end', () => resolve(own));
    }).on('error', reject);
  });
}

export const node: Readonly<Record<string, Variant>> = { raw, rawSameHead, core };
