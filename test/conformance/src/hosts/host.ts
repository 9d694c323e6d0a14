import type { Cache, Rule } from '@shelflife/core';

/** What a host puts together: a cache in front of a reverse proxy. */
export interface Setup {
  /** `http://127.0.0.1:8000`: where the proxy sends requests. */
  readonly origin: string;
  readonly cache: Cache;
  /** With `ahead`, hits are answered ahead of the framework. */
  readonly rule: Rule;
}

export interface Running {
  readonly port: number;
  readonly close: () => Promise<void>;
}
