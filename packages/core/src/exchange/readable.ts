import type { Fill } from './fill.js';
import type { Found } from './storage.js';

/**
 * What this request may read of what was found. With Authorization it is only what says of itself that it is for
 * all (RFC 9111 section 3.5): an anonymous visitor's page is not the answer to a signed-in user.
 */
export function readable({ view, rule }: Pick<Fill, 'view' | 'rule'>, found: Found): Found {
  const { stored } = found;
  if (stored === undefined || stored.forAll || rule.by !== undefined) return found;
  if (view.headers['authorization'] === undefined) return found;
  return { ...found, stored: undefined, standing: 'gone' };
}
