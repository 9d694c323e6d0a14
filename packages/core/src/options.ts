import { type Clock, systemClock } from './clock.js';
import { type ResolvedValueOptions, resolveValueOptions, type ValueOptions } from './data/seal-options.js';
import { optionError, ShelflifeError } from './errors.js';
import { isToken } from './http/fields.js';
import {
  type InvalidationOptions,
  type ResolvedInvalidation,
  resolveInvalidation,
} from './invalidation/options.js';
import type { LogTransport } from './invalidation/transport.js';
import { POLICIES, type PolicyName } from './memory/policies.js';
import type { PolicyFactory } from './memory/policy.js';
import { wordOption } from './rule/checks.js';
import { rejectUnknown } from './rule/options.js';
import { isRuleOption, type ResolvedRule, resolveRule } from './rule/resolve.js';
import type { Duration, Rule } from './rule/rule.js';
import { parseSize } from './rule/size.js';
import type { Store } from './store/store.js';

/** Options of `createCache`. All may be left out. */
export interface CacheOptions {
  /** The cache's name in `Cache-Status`, a token. Default `'shelflife'`. */
  readonly name?: string;
  /** Keeps apart what several applications put into one store. Default `''`. */
  readonly namespace?: string;
  /** The memory tier, or `false` for none. */
  readonly memory?: MemoryOptions | false;
  /** A second tier behind the memory tier. Default: none. */
  readonly store?: Store;
  /** How invalidations reach other processes. Default: that of the store, if it has one; else they stay in this one. */
  readonly log?: LogTransport;
  /**
   * The longest time in which a process may not know of another's invalidation: one that heard nothing of the log
   * for so long asks before it serves what is stored, and serves none of it when there is no answer. Default
   * `'5s'`. 0: it asks every time.
   */
  readonly maxStaleness?: Duration;
  /** When an invalidation is acknowledged, and what becomes of one that is not. */
  readonly invalidation?: InvalidationOptions;
  /** How values of the data cache lie in the store. */
  readonly values?: ValueOptions;
  /** What every rule starts from. */
  readonly defaults?: Rule<never>;
  /** Rules with names: `responseCache(cache, 'catalogue')`. */
  readonly profiles?: Readonly<Record<string, Rule<never>>>;
  /** Mistakes in the set-up that show while the application runs: an event and a process warning each, once. Default `true`. */
  readonly advice?: boolean;
  /** Where time comes from; for tests. Default: the monotonic clock of this machine. */
  readonly clock?: Clock;
}

/** The memory tier. */
export interface MemoryOptions {
  /** Bytes, or `'64mb'`: bodies, fields, keys, and about 0.5 kB a response, 2 kB more for each in use. Default `'64mb'`, least 16 kB. */
  readonly maxSize?: number | string;
  /** Default: as many as `maxSize` holds. */
  readonly maxEntries?: number;
  /**
   * What goes first when the tier is full. Default `'gdsf'`: what saves the fewest requests for the bytes it takes.
   * `'sieve'`, `'lru'`, `'lfu'`, `'fifo'` and `'mru'` do not look at sizes.
   */
  readonly policy?: PolicyName;
}

/** {@link CacheOptions}, checked and complete. */
export interface ResolvedOptions {
  readonly name: string;
  readonly namespace: string;
  readonly memory: { readonly maxSize: number; readonly maxEntries: number; readonly policy: PolicyFactory };
  readonly store: Store | undefined;
  readonly invalidation: ResolvedInvalidation;
  readonly values: ResolvedValueOptions;
  readonly defaults: ResolvedRule;
  readonly profiles: ReadonlyMap<string, ResolvedRule>;
  readonly advice: boolean;
  readonly clock: Clock;
}

const NAMES = [
  'name',
  'namespace',
  'memory',
  'store',
  'log',
  'maxStaleness',
  'invalidation',
  'values',
  'defaults',
  'profiles',
  'advice',
  'clock',
];

const STORES =
  'Write fileStore({ directory }), redisStore({ url }) of @shelflife/redis, or memcachedStore({ servers }).';

/** @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value. */
export function resolveOptions(options: CacheOptions): ResolvedOptions {
  rejectRuleOptions(options);
  rejectUnknown('createCache()', options, NAMES);
  const {
    name = 'shelflife',
    namespace = '',
    memory = {},
    store,
    log,
    maxStaleness = '5s',
    invalidation = {},
    values = {},
    advice = true,
    clock = systemClock,
  } = options;
  if (typeof name !== 'string' || !isToken(name))
    throw optionError('name', `a token such as 'shop-cache'`, name);
  if (typeof namespace !== 'string') throw optionError('namespace', `a string such as 'shop-v2'`, namespace);
  if (store !== undefined && !isStore(store))
    throw optionError('store', 'an object with get, set and delete', store, STORES);
  if (typeof advice !== 'boolean') throw optionError('advice', 'true or false', advice);
  const defaults = resolveRule('defaults', options.defaults ?? {});
  return {
    name,
    namespace,
    memory: memory === false ? NO_MEMORY : resolveMemory(memory),
    store,
    values: resolveValueOptions(values),
    invalidation: resolveInvalidation(log ?? store?.log, maxStaleness, invalidation),
    defaults,
    profiles: resolveProfiles(options.profiles ?? {}, defaults),
    advice,
    clock,
  };
}

const NO_MEMORY: ResolvedOptions['memory'] = { maxSize: 0, maxEntries: 0, policy: POLICIES.lru };
const POLICY_NAMES = Object.keys(POLICIES);

// Below this hardly a response fits: it is more likely a number of megabytes.
const SMALLEST = 16 * 1024;

function resolveMemory(options: MemoryOptions): ResolvedOptions['memory'] {
  rejectUnknown('memory', options, ['maxSize', 'maxEntries', 'policy']);
  const { maxSize = '64mb', maxEntries = Number.MAX_SAFE_INTEGER, policy = 'gdsf' } = options;
  wordOption('memory.policy', policy, POLICY_NAMES);
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw optionError('memory.maxEntries', 'a whole number of at least 1', maxEntries);
  const bytes = parseSize('memory.maxSize', maxSize);
  if (bytes < SMALLEST)
    throw optionError(
      'memory.maxSize',
      'at least 16kb',
      maxSize,
      `Write '64mb' for megabytes, or memory: false.`,
    );
  return { maxSize: bytes, maxEntries, policy: POLICIES[policy] };
}

function resolveProfiles(
  profiles: Readonly<Record<string, Rule<never>>>,
  defaults: ResolvedRule,
): ReadonlyMap<string, ResolvedRule> {
  return new Map(
    Object.entries(profiles).map(([name, rule]) => [name, resolveRule(`profiles.${name}`, rule, defaults)]),
  );
}

/**
 * The rule a user means: by name, in full, the cache's defaults, or none.
 * @throws ShelflifeError `ERR_OPTION` for a profile that is not there.
 */
export function resolveNamed(
  rule: Rule<never> | ResolvedRule | string | false | undefined,
  options: ResolvedOptions,
): ResolvedRule {
  if (rule === undefined) return options.defaults;
  if (rule === false) return { ...options.defaults, bypass: () => true };
  if (typeof rule !== 'string') return resolveRule('rule', rule as Rule<never>, options.defaults);
  const profile = options.profiles.get(rule);
  if (profile !== undefined) return profile;
  const names = [...options.profiles.keys()].map((name) => `'${name}'`).join(', ');
  const known = names === '' ? 'createCache() was given no profiles.' : `Known profiles: ${names}.`;
  throw new ShelflifeError(
    'ERR_OPTION',
    `rule: there is no profile '${rule}'. ${known} ${inPlaceOf(rule)}`.trimEnd(),
  );
}

/** `{ ttl: '5m' }` for the whole cache is a frequent mistake. */
function rejectRuleOptions(options: CacheOptions): void {
  const name = Object.keys(options ?? {}).find((key) => !NAMES.includes(key) && isRuleOption(key));
  if (name === undefined) return;
  const fix = `Write createCache({ defaults: { ${name}: … } }).`;
  throw new ShelflifeError('ERR_OPTION', `createCache().${name}: this is an option of rules. ${fix}`);
}

/** Who gave a lifetime meant a rule with it. */
function inPlaceOf(name: string): string {
  return /^\d+\s*\w+$/.test(name) ? `Write { ttl: '${name}' }.` : '';
}

function isStore(store: unknown): store is Store {
  const methods = ['get', 'set', 'delete'] as const;
  return (
    typeof store === 'object' &&
    store !== null &&
    methods.every((name) => typeof (store as Store)[name] === 'function')
  );
}
