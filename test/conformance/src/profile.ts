import { type Rule, sharedCache } from '@shelflife/core';

/**
 * The rule that the suite is run with: the preset, and one thing that a preset must not do unasked. The suite wants
 * responses stored with the cookies they set, which hands the cookie of one client to all.
 */
export const PROFILE: Rule = { ...sharedCache, storeSetCookie: true };

/** The same, answered ahead of the framework. That is for what all may have, so that cookies are not stored. */
export const AHEAD: Rule = { ...sharedCache, ahead: true };
