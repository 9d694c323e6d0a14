/** Names of mistakes in how a cache is set up. */
export type AdviceCode =
  | 'CLUSTER'
  | 'AFTER-AUTH'
  | 'COMPRESSED'
  | 'REDIS-EVICTION'
  | 'REDIS-VERSION'
  | 'REDIS-COVERAGE';

/** A mistake that shows while the application runs, and what mends it. */
export interface Advice {
  readonly code: AdviceCode;
  readonly message: string;
}

// A store brings its own words.
const MESSAGES: Readonly<Partial<Record<AdviceCode, string>>> = {
  CLUSTER:
    'This process is one of several, and the cache has a memory tier only: every process runs the handler for ' +
    'itself, and invalidate() reaches only the process it is called in. Let one process answer, or give ' +
    'createCache() a store that all of them share.',
  'AFTER-AUTH':
    'req.user, req.auth or req.session appeared only behind the cache: authentication runs after it, and a hit ' +
    'would go past it. Such answers are not stored. Register authentication so that it runs before the cache: in ' +
    'Express app.use(authenticate) before responseCache(), in Fastify an onRequest hook, in Nest a guard.',
  COMPRESSED:
    'Answers are compressed behind the cache, so that one is stored for each Accept-Encoding that clients send. ' +
    'Register compression first and the cache behind it: app.use(compression()), then responseCache().',
};

/**
 * Makes the advisor of one cache. It names each mistake once: to `tell`, and as a process warning of the type
 * `ShelflifeAdvice` with its code. `enabled: false`: it says nothing.
 */
export function createAdvisor(
  enabled: boolean,
  tell: (advice: Advice) => void,
): (code: AdviceCode, message?: string) => void {
  const told = new Set<AdviceCode>();
  return (code, message = MESSAGES[code] ?? code) => {
    if (!enabled || told.has(code)) return;
    told.add(code);
    tell({ code, message });
    process.emitWarning(message, { type: 'ShelflifeAdvice', code });
  };
}

/**
 * Whether this process certainly shares its work with others. pm2 numbers instances from 0, a single one too, and
 * runs that as a worker of node:cluster if it is told to: there the second one tells.
 */
export function isOneOfSeveral(
  isWorker: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const instance = env['NODE_APP_INSTANCE'];
  return instance === undefined ? isWorker : instance !== '0';
}
