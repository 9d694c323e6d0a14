import { ShelflifeError } from '../errors.js';
import type { ResolvedRule } from './resolve.js';

/** Options by which an answer may depend on who asks, or that only the framework's own request can tell. */
const FOR_SOME = ['by', 'key', 'bypass'] as const;

/**
 * What is answered before the framework runs is answered before any authentication.
 * @throws ShelflifeError `ERR_OPTION` when a rule with `ahead` has to do with users.
 */
export function checkAhead(where: string, rule: ResolvedRule): void {
  const { cookies, storeSetCookie } = rule;
  const reason = [
    ...FOR_SOME.filter((name) => rule[name] !== undefined),
    ...(typeof cookies === 'object' ? ['cookies: { allow }'] : []),
    ...(storeSetCookie ? ['storeSetCookie'] : []),
  ][0];
  if (reason !== undefined) throw aheadError(`${where}.ahead`, reason);
}

/** Why a route cannot be answered ahead: `reason` has to do with users. */
export function aheadError(where: string, reason: string): ShelflifeError {
  return new ShelflifeError(
    'ERR_OPTION',
    `${where}: expected a route that answers everybody alike, got one with '${reason}': authentication has ` +
      `not run when the cache answers ahead of the framework. Leave out 'ahead', or '${reason}'.`,
  );
}
