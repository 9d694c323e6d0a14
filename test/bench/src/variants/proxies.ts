import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Origin } from '../origin.js';
import { JSON_TYPE, listen, type Variant } from './variant.js';

/** How a proxy is started that listens on one port and caches what a server on another answers. */
type Command = (port: number, originPort: number, folder: string) => readonly [string, ...string[]];

const nginx: Command = (port, originPort, folder) => {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = `
daemon off; pid ${folder}/pid; worker_processes 1; error_log stderr error; user root;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 60s; tcp_nodelay on;
  ${paths.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  proxy_cache_path ${folder}/cache keys_zone=products:16m max_size=256m;
  server {
    listen 127.0.0.1:${port};
    proxy_cache products; proxy_cache_lock on; proxy_http_version 1.1;
    location / { proxy_pass http://127.0.0.1:${originPort}; }
  }
}`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  return ['nginx', '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
};

const varnish: Command = (port, originPort, folder) => {
  const http = ['-a', `127.0.0.1:${port}`, '-b', `127.0.0.1:${originPort}`];
  return ['varnishd', '-F', '-j', 'none', '-n', folder, ...http, '-s', 'malloc,256m'];
};

function proxied(command: Command): Variant {
  return async (origin) => {
    const server = await listen(cacheable(origin));
    const folder = mkdtempSync(join(tmpdir(), 'shelflife-bench-'));
    const port = await freePort();
    const [program, ...args] = command(port, (server.address() as AddressInfo).port, folder);
    // It ends with this process, however that ends.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', program, ...args], { stdio: 'ignore' });
    process.on('exit', () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    });
    await isUp(port, program, child);
    return { address: () => ({ port, address: '127.0.0.1', family: 'IPv4' }) };
  };
}

function cacheable(origin: Origin): RequestListener {
  return (_req, res) => {
    res.setHeader('Content-Type', JSON_TYPE);
    res.setHeader('Cache-Control', 'max-age=3600');
    res.end(JSON.stringify(origin.object()));
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until it listens: Varnish compiles its configuration first. */
async function isUp(port: number, program: string, child: ChildProcess): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error(`${program} does not listen`);
}

/** Caches in front of a server, each of one process or thread on the same processor as the others. */
export const proxies: Readonly<Record<string, Variant>> = {
  nginx: proxied(nginx),
  varnish: proxied(varnish),
};
