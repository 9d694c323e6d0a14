import type { TestAnswer } from './host.js';

/** When {@link FILE} was changed: before it is first asked for, which is what a strong date needs. */
export const FILE_CHANGED = 'Tue, 30 Dec 2025 10:00:00 GMT';

/** The tag of {@link FILE}. */
export const TAG = '"v1"';

/** 16 bytes with validators that prove that two answers are the same. */
export const FILE: TestAnswer = {
  headers: { ETag: TAG, 'Last-Modified': FILE_CHANGED, 'Content-Type': 'text/plain' },
  body: '0123456789abcdef',
};
