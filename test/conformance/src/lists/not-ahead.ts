/** Tests that cannot pass ahead of the framework, where no cookies are stored. They count, and are no problem there. */
export const NOT_AHEAD: ReadonlySet<string> = new Set(['headers-store-Set-Cookie', 'other-set-cookie']);
