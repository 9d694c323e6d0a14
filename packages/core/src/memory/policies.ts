import { createFifo } from './fifo.js';
import { createGdsf } from './gdsf.js';
import { createLfu } from './lfu.js';
import type { PolicyFactory } from './policy.js';
import { createLru, createMru } from './recency.js';
import { createSieve } from './sieve.js';

/** What goes first when the memory tier is full. */
export type PolicyName = 'gdsf' | 'sieve' | 'lru' | 'lfu' | 'fifo' | 'mru';

/** The eviction policies by name. */
export const POLICIES: Readonly<Record<PolicyName, PolicyFactory>> = {
  gdsf: createGdsf,
  sieve: createSieve,
  lru: createLru,
  lfu: createLfu,
  fifo: createFifo,
  mru: createMru,
};
