import type { EvictRule as AnyEvictRule } from '@shelflife/core';

export type { MethodRule, PutRule } from '@shelflife/core';

/** What the functions of a rule see of a request when they do not name a type of their own. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
}

/**
 * What a call makes invalid. Functions get what was asked, which is the request on a controller handler and the
 * arguments on any other method, and what was returned.
 */
export type EvictRule<Asked = HttpRequest, Answer = unknown> = AnyEvictRule<Asked, Answer>;
