import { METHOD_OVERRIDES } from '../exchange/bypass.js';
import { AUTHORITY_SHAPING } from '../key/forwarded.js';
import type { ResolvedRule } from '../rule/resolve.js';

/**
 * What a header of a request means to a hit.
 * - `counts`: its value is part of the question.
 * - `stop`: it has to be looked at with more care.
 */
export type FieldKind = 'host' | 'if-none-match' | 'if-modified-since' | 'counts' | 'stop';

/** The names of request headers that can change the answer to a hit, for one rule. */
export interface FieldNames {
  /** `undefined`: no hit depends on it. `name`: in any letter case. */
  kindOf(name: string): FieldKind | undefined;
  /** Lets more headers count, because there are answers that vary by them. True when all of them did already. */
  learn(varyNames: readonly string[]): boolean;
}

const STOPPING = [
  ...METHOD_OVERRIDES,
  'authorization',
  'content-length',
  'if-match',
  'if-unmodified-since',
  'range',
  'transfer-encoding',
  'upgrade',
];

/** Applications name the headers their answers vary by; more of them come from somewhere else. */
const MAX_LEARNED = 32;

const FILTER_SIZE = 1024;

const CONDITIONS = ['if-none-match', 'if-modified-since'] as const;

function isCondition(name: string): boolean {
  return CONDITIONS.some((condition) => condition === name);
}

/** What a rule makes of headers. `undefined`: its functions want to see every request. */
export function fieldNamesOf(rule: ResolvedRule): FieldNames | undefined {
  const { key, by, bypass, vary, cookies, clientDirectives, compress, methods } = rule;
  const hasFunctions = key !== undefined || by !== undefined || bypass !== undefined;
  if (hasFunctions || vary.some(isCondition) || !methods.includes('GET')) return undefined;
  const kinds = new Map<string, FieldKind>();
  // Most names are told apart by length and ends, so that no lower-case copy of them has to be made.
  const filter = new Uint8Array(FILTER_SIZE);
  let learned = 0;

  function set(kind: FieldKind, names: readonly string[]): void {
    for (const name of names) {
      kinds.set(name, kind);
      filter[traitOf(name)] = 1;
    }
  }

  set('counts', AUTHORITY_SHAPING);
  set('counts', vary);
  for (const condition of CONDITIONS) set(condition, [condition]);
  set('host', ['host']);
  set('stop', STOPPING);
  if (cookies !== 'ignore') set('stop', ['cookie']);
  if (clientDirectives === 'honour') set('stop', ['cache-control', 'pragma']);
  if (compress) set('stop', ['accept-encoding']);

  return {
    learn(varyNames) {
      const more = varyNames.filter((name) => !kinds.has(name));
      learned += more.length;
      if (learned <= MAX_LEARNED) set('counts', more);
      return more.length === 0 && !varyNames.some(isCondition);
    },
    kindOf: (name) => (filter[traitOf(name)] === 0 ? undefined : kinds.get(name.toLowerCase())),
  };
}

/** The same for a name in any letter case. */
function traitOf(name: string): number {
  const { length } = name;
  const [first, last] = [name.charCodeAt(0) | 32, name.charCodeAt(length - 1) | 32];
  return (length * 7 + first * 31 + last) % FILTER_SIZE;
}
