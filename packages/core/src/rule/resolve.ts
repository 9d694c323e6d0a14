import { createHash } from 'node:crypto';
import type { ResponseHead } from '../http/message.js';
import { askingFunctionOption, booleanOption, functionOption, shareOption, wordOption } from './checks.js';
import { type CdnOptions, cdnOption } from './cdn.js';
import { cacheControlOption, cookiesOption, queryOption, tagsOption, varyOption } from './choices.js';
import { parseDuration } from './duration.js';
import { checkAhead } from './ahead.js';
import { checkNoVarySearch, methodsOption, targetedOption } from './fields.js';
import { hostsOption } from './hosts.js';
import { rejectUnknown } from './options.js';
import type {
  CacheableMethod,
  ClientDirectives,
  CookieMode,
  QueryMode,
  Rule,
  StoringMode,
  UnkeyedMode,
} from './rule.js';
import { parseSize } from './size.js';

/** A function of a rule, called with the framework's request. What it returns is to be checked. */
export type RequestFunction = (req: unknown) => unknown;

/** The function of the option `tags`. What it returns is to be checked. */
export type TagsFunction = (req: unknown, res: ResponseHead) => unknown;

const RESOLVED: unique symbol = Symbol('shelflife.resolvedRule');

/** A {@link Rule} that was read and checked once: frozen, with all defaults, times in milliseconds, sizes in bytes. */
export interface ResolvedRule {
  readonly [RESOLVED]: true;
  /** `undefined`: only responses with a lifetime of their own are stored. */
  readonly ttl: number | undefined;
  readonly overrideLifetime: boolean;
  readonly swr: number;
  readonly staleIfError: number;
  /** `0`: none. */
  readonly negativeTtl: number;
  /** Shares, 0 to 1. */
  readonly jitter: number;
  readonly refreshAhead: number;
  readonly tags: readonly string[] | TagsFunction;
  readonly key: RequestFunction | undefined;
  readonly query: QueryMode;
  /** Lower case, sorted, unique. */
  readonly vary: readonly string[];
  readonly cookies: CookieMode;
  readonly by: RequestFunction | undefined;
  readonly bypass: RequestFunction | undefined;
  /** Lower case. `undefined`: all. */
  readonly hosts: readonly string[] | undefined;
  readonly maxBodySize: number;
  readonly unkeyed: UnkeyedMode;
  readonly cacheControl: string | false;
  readonly waitLimit: number;
  readonly cdn: CdnOptions | undefined;
  /** Lower case, in order. */
  readonly targeted: readonly string[];
  readonly noVarySearch: boolean;
  readonly methods: readonly CacheableMethod[];
  readonly maxQuerySize: number;
  readonly clientDirectives: ClientDirectives;
  readonly heuristic: boolean;
  readonly storing: StoringMode;
  readonly storeSetCookie: boolean;
  readonly compress: boolean;
  readonly ahead: boolean;
  /** May be asynchronous. */
  readonly validators: RequestFunction | undefined;
  /**
   * Part of the key: rules that let different requests in do not read what the other has stored. `''` for the
   * defaults.
   */
  readonly scope: string;
}

const DEFAULTS: ResolvedRule = seal({
  ttl: undefined,
  overrideLifetime: false,
  swr: 0,
  staleIfError: 0,
  negativeTtl: 0,
  jitter: 0,
  refreshAhead: 1,
  tags: Object.freeze([]),
  key: undefined,
  query: 'all',
  vary: Object.freeze([]),
  cookies: 'bypass',
  by: undefined,
  bypass: undefined,
  hosts: undefined,
  maxBodySize: 1024 ** 2,
  unkeyed: 'pass',
  cacheControl: false,
  waitLimit: 5000,
  cdn: undefined,
  targeted: Object.freeze([]),
  noVarySearch: false,
  methods: Object.freeze(['GET'] as const),
  maxQuerySize: 64 * 1024,
  clientDirectives: 'ignore',
  heuristic: false,
  storing: 'careful',
  storeSetCookie: false,
  compress: false,
  ahead: false,
  validators: undefined,
  scope: '',
});

type Checks = { readonly [K in keyof Rule]-?: (where: string, value: unknown) => ResolvedRule[K] };

const CHECKS: Checks = {
  ttl: parseDuration,
  overrideLifetime: booleanOption,
  swr: parseDuration,
  staleIfError: parseDuration,
  negativeTtl: parseDuration,
  jitter: shareOption,
  refreshAhead: shareOption,
  tags: tagsOption,
  key: functionOption,
  query: queryOption,
  vary: varyOption,
  cookies: cookiesOption,
  by: functionOption,
  bypass: functionOption,
  hosts: hostsOption,
  maxBodySize: parseSize,
  unkeyed: (where, value) => wordOption(where, value, ['pass', 'report', 'strip']),
  cacheControl: cacheControlOption,
  waitLimit: parseDuration,
  cdn: cdnOption,
  targeted: targetedOption,
  noVarySearch: booleanOption,
  methods: methodsOption,
  maxQuerySize: parseSize,
  clientDirectives: (where, value) => wordOption(where, value, ['ignore', 'honour']),
  heuristic: booleanOption,
  storing: (where, value) => wordOption(where, value, ['careful', 'rfc9111']),
  storeSetCookie: booleanOption,
  compress: booleanOption,
  ahead: booleanOption,
  validators: askingFunctionOption,
};

const NAMES = Object.keys(CHECKS) as (keyof Rule)[];

/** Whether there is an option of rules with this name. */
export function isRuleOption(name: string): boolean {
  return Object.hasOwn(CHECKS, name);
}

/**
 * Reads and checks a rule. An option of the rule replaces that of `defaults`; `undefined` counts as left out.
 * A rule that is resolved already is returned as it is.
 *
 * @param where the rule as users write it, for messages: `rule`, `profiles.product`.
 * @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value.
 */
export function resolveRule(
  where: string,
  rule: Rule<never>,
  defaults: ResolvedRule = DEFAULTS,
): ResolvedRule {
  if (isResolvedRule(rule)) return rule;
  rejectUnknown(where, rule, NAMES);
  const resolved: Record<string, unknown> = { ...defaults };
  for (const name of NAMES) {
    const value: unknown = rule[name];
    if (value !== undefined) resolved[name] = CHECKS[name](`${where}.${name}`, value);
  }
  const { noVarySearch, query } = resolved as unknown as ResolvedRule;
  if (noVarySearch) checkNoVarySearch(`${where}.noVarySearch`, query);
  if (resolved['ahead'] === true) checkAhead(where, resolved as unknown as ResolvedRule);
  resolved['scope'] = scopeOf(resolved as unknown as ResolvedRule);
  return seal(resolved as unknown as Omit<ResolvedRule, typeof RESOLVED>);
}

// The source of a function is the most that can be told of it; it is the same in every process of a deployment.
function scopeOf({
  cookies,
  bypass,
  hosts,
  storing,
  storeSetCookie,
  targeted,
  compress,
}: ResolvedRule): string {
  const isCareful = storing === 'careful' && !storeSetCookie && targeted.length === 0;
  const letsAllIn = cookies === 'bypass' && bypass === undefined && hosts === undefined;
  if (letsAllIn && isCareful && !compress) return '';
  const more: unknown[] = isCareful ? [] : [storing, storeSetCookie, targeted];
  // What is known to vary by Accept-Encoding is that of handlers that saw it.
  if (compress) more.push('compress');
  if (hosts !== undefined) more.push({ hosts });
  const text = JSON.stringify([cookies, bypass === undefined ? null : String(bypass), ...more]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

// The brand is not enumerable: `{ ...resolved, ttl: '5m' }` is no resolved rule.
function seal(options: Omit<ResolvedRule, typeof RESOLVED>): ResolvedRule {
  return Object.freeze(Object.defineProperty(options, RESOLVED, { value: true }) as ResolvedRule);
}

/** Whether `value` came out of {@link resolveRule}. */
export function isResolvedRule(value: unknown): value is ResolvedRule {
  return typeof value === 'object' && value !== null && RESOLVED in value;
}
