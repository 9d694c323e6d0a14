import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a {@link Proxy} does with what the server says. */
export type Disturbance =
  /** Passes it on. */
  | { readonly kind: 'none' }
  /** Passes it on after `ms` milliseconds, in order. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Swallows everything, both ways: connections stay open and nobody answers. */
  | { readonly kind: 'silent' }
  /** Says `bytes` in place of it, then closes. */
  | { readonly kind: 'garbage'; readonly bytes: Buffer };

/** A TCP proxy in front of a server of a test. */
export interface Proxy {
  readonly port: number;
  set(disturbance: Disturbance): void;
  /** Resets all connections. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts a proxy in front of a port of this machine. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let disturbance: Disturbance = { kind: 'none' };

  function answer(client: Socket, data: Buffer): void {
    const now = disturbance;
    if (now.kind === 'none') client.write(data);
    else if (now.kind === 'late') setTimeout(() => client.write(data), now.ms);
    else if (now.kind === 'garbage') client.end(now.bytes);
  }

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (data: Buffer) => {
      if (disturbance.kind !== 'silent') upstream.write(data);
    });
    upstream.on('data', (data: Buffer) => answer(client, data));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set: (next) => void (disturbance = next),
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
