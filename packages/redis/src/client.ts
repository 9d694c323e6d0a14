/** A client of ioredis 5 or 6: a `Redis` (one server, or a primary behind Sentinels) or a `Cluster`. */
export interface RedisClient {
  readonly status: string;
  readonly options: object;
  duplicate(...args: never[]): unknown;
}

/** What a command may be given. */
export type Argument = string | number | Buffer;

/** What is used of a connection, and what Redis and Cluster have in common. */
export interface Connection {
  /** `'ready'` when commands can be sent. */
  readonly status: string;
  readonly isCluster: boolean;
  /** Of a Cluster: the nodes of each slot, the primary first. */
  readonly slots?: readonly (readonly string[] | undefined)[];
  connect(): Promise<unknown>;
  disconnect(): void;
  getBuffer(key: string): Promise<Buffer | null>;
  call(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** Like `call`, with strings in the reply as buffers. */
  callBuffer(command: string, ...args: readonly Argument[]): Promise<unknown>;
  pipeline(commands: readonly (readonly Argument[])[]): {
    exec(): Promise<readonly (readonly [error: Error | null, reply: unknown])[] | null>;
  };
  on(event: 'error' | 'node error' | 'ready', listener: (error: Error) => void): unknown;
  /** Of a Cluster: connections to its nodes. */
  nodes?(role: 'master'): readonly Connection[];
}
