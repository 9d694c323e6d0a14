/** When a page of the cases was changed, and a day before and after that. */
export const CHANGED = 'Tue, 06 Jan 2026 10:00:00 GMT';
export const BEFORE = 'Mon, 05 Jan 2026 10:00:00 GMT';
export const AFTER = 'Wed, 07 Jan 2026 10:00:00 GMT';
