import type { Emitter } from '../events.js';
import { hasConditions } from '../http/conditional.js';
import type { Headers } from '../http/message.js';
import type { Fill } from './fill.js';
import type { Narrowing } from './types.js';

const CONDITIONS = ['if-none-match', 'if-modified-since'];

/** Fields that describe the message and its connection, not what is asked. */
const STRUCTURAL: ReadonlySet<string> = new Set(['host', 'connection', 'keep-alive', 'te', 'expect']);

const NOTHING: ReadonlySet<string> = new Set();

/**
 * What the handler may see of a request that fills the cache. Conditions are always hidden: the cache answers
 * them, and a handler that saw them would make a 304 of what should be stored.
 */
export function narrow(fill: Fill, events: Emitter): Narrowing {
  const { url } = fill.plan;
  const { headers } = fill.view;
  const conditions = hasConditions(headers) ? new Set(CONDITIONS) : NOTHING;
  if (fill.rule.unkeyed === 'pass') return { url, hidden: conditions };
  const covered = coveredHeaders(fill);
  if (fill.rule.unkeyed === 'strip') {
    const hidden = new Set(Object.keys(headers).filter((name) => !covered.has(name)));
    return { url, hidden, cookie: fill.plan.cookies };
  }
  // Of the cookies one cannot tell which are read.
  const known = typeof fill.rule.cookies === 'object' ? [...CONDITIONS, 'cookie'] : CONDITIONS;
  const reported = new Set<string>(known);
  const onRead = (header: string): void => {
    if (covered.has(header) || reported.has(header)) return;
    reported.add(header);
    events.emit('unkeyed', { url: fill.view.url, header });
  };
  return { url, hidden: conditions, onRead };
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
