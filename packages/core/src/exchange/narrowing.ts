import type { Emitter } from '../events.js';
import { CONDITIONS } from '../http/preconditions.js';
import type { Headers } from '../http/message.js';
import type { Fill } from './fill.js';
import type { Narrowing } from './types.js';

// What the cache answers itself, from the whole.
const ANSWERED = [...CONDITIONS, 'range', 'if-range'];

/** The same, and what decides the content coding: a rule that compresses wants the plain body. */
const ANSWERED_AND_CODED = [...ANSWERED, 'accept-encoding'];

/** Fields that describe the message and its connection, not what is asked. */
const STRUCTURAL: ReadonlySet<string> = new Set(['host', 'connection', 'keep-alive', 'te', 'expect']);

const NOTHING: ReadonlySet<string> = new Set();

/**
 * What the handler may see of a request that fills the cache. Conditions and ranges are always hidden: the cache
 * answers them, and a handler that saw them would make a 304 or a 206 of what should be stored whole.
 */
export function narrow(fill: Fill, events: Emitter): Narrowing {
  const { url } = fill.plan;
  const { headers } = fill.view;
  const answered = fill.rule.compress ? ANSWERED_AND_CODED : ANSWERED;
  const always = answered.some((name) => headers[name] !== undefined) ? new Set(answered) : NOTHING;
  const set = fill.conditions === undefined ? {} : { set: fill.conditions };
  if (fill.rule.unkeyed === 'pass') return { url, hidden: always, ...set };
  const covered = coveredHeaders(fill);
  if (fill.rule.unkeyed === 'strip') {
    const hidden = new Set(Object.keys(headers).filter((name) => !covered.has(name)));
    return { url, hidden, ...set, cookie: fill.plan.cookies };
  }
  // Of the cookies one cannot tell which are read.
  const known = typeof fill.rule.cookies === 'object' ? [...answered, 'cookie'] : answered;
  const reported = new Set<string>(known);
  const onRead = (header: string): void => {
    if (covered.has(header) || reported.has(header)) return;
    reported.add(header);
    events.emit('unkeyed', { url: fill.view.url, header });
  };
  return { url, hidden: always, ...set, onRead };
}

/** The request's headers as the handler saw them: what selects the variant its answer is stored under. */
export function seenHeaders({ hidden }: Narrowing, headers: Headers): Headers {
  if (hidden.size === 0) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hidden.has(name)));
}

function coveredHeaders({ plan, found, rule }: Fill): ReadonlySet<string> {
  const vouched = rule.by === undefined ? [] : ['authorization', 'cookie'];
  return new Set([...STRUCTURAL, ...plan.headerNames, ...found.varyNames, ...vouched]);
}
