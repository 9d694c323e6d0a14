/** What a connection is for. */
export type Purpose = 'commands' | 'bulk' | 'reader' | 'replication';

/** How long a connection waits for a reply before it takes the server for hung. */
export const SOCKET_TIMEOUT_MS = 2000;

/**
 * Options of ioredis with which a dead server costs little and a recovered one is found again; they take the
 * place of the user's. Measured with ioredis 6 and its defaults: a hung server holds requests for as long as it
 * hangs, and after a hung Sentinel primary nothing ever settles, because only `socketTimeout` ends a connection
 * on which nothing comes back.
 */
export function safeOptions(purpose: Purpose): object {
  return {
    ...COMMON,
    connectionName: `shelflife:${purpose}`,
    retryStrategy: reconnectDelay,
    reconnectOnError: isWrongServer,
    // Fail at once what cannot be sent now, and never send anything twice.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    socketTimeout: SOCKET_TIMEOUT_MS,
    connectTimeout: 1000,
    // A server that loads its file promises ever other times, and ioredis would wait for up to 10 s of them.
    maxLoadingRetryTime: 500,
    // A command's own timeout would leave a dead socket open. This one makes timers, and nothing else.
    commandTimeout: undefined,
    blockingTimeout: undefined,
    sentinelCommandTimeout: 500,
    failoverDetector: true,
    role: 'master',
  };
}

/** The same for a Cluster; `node` are the options of its connections to nodes. */
export function safeClusterOptions(purpose: Purpose, node: object): object {
  return {
    ...COMMON,
    redisOptions: { ...node, ...safeOptions(purpose) },
    clusterRetryStrategy: reconnectDelay,
    enableOfflineQueue: false,
    // A replica may not know the last invalidation.
    scaleReads: 'master',
    slotsRefreshInterval: 1000,
    slotsRefreshTimeout: 500,
    // Also how long the second command waits for a connection that the first one opened: less than a deadline.
    retryDelayOnFailover: 10,
    // In all a quarter of a second, within which a connection is opened.
    maxRedirections: 25,
  };
}

// Whatever the user's client does with replies and keys, this package sees them as they are.
const COMMON = {
  lazyConnect: true,
  enableReadyCheck: true,
  enableAutoPipelining: false,
  keyPrefix: '',
  readOnly: false,
  monitor: false,
  stringNumbers: false,
  replyMapping: 'legacy',
} as const;

// Apart, so that many processes do not all come back in the same moment.
function reconnectDelay(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 10), 1000) * (0.5 + Math.random());
}

/** A primary that became a replica: the connection looks for the new one. */
function isWrongServer(error: Error): boolean {
  return /^(READONLY|UNBLOCKED)\b/.test(error.message);
}
