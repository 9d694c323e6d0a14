import type { Cache, LoadContext } from '@shelflife/core';
import { takeEntities } from './entities.js';
import type { Execute, Operation, Result } from './operations.js';
import type { Plan } from './plan.js';
import type { ResolvedOperationRule } from './rule.js';

/** The most tags a value of the cache may have. */
const MAX_TAGS = 64;

interface Executed {
  /** What `execute` gave, or threw. */
  readonly result: Promise<Result>;
  readonly reason: string | undefined;
}

/** Answers a query under a key. */
export type Fill = (
  operation: Operation,
  plan: Plan,
  key: readonly string[],
  execute: Execute,
) => Promise<Result>;

export function createFill(cache: Cache, rule: ResolvedOperationRule): Fill {
  /**
   * The result as text when it is to be stored. It never throws: those who wait for the same must not get the
   * failure of this one, whose client may have gone; they execute it themselves.
   */
  async function load(
    { schema }: Operation,
    plan: Plan,
    execute: Execute,
    context: LoadContext,
    done: (executed: Executed) => void,
  ): Promise<string> {
    const [settled] = await Promise.allSettled([attempt(plan, execute)]);
    if (settled.status === 'rejected') return refuse('ERROR', Promise.reject(settled.reason as Error));
    const result = settled.value;
    if (isIncremental(result)) return refuse('INCREMENTAL', Promise.resolve(result));
    const found = takeEntities(schema, result, plan, rule);
    const tags = new Set([...plan.tags, ...found.types, ...found.entities]);
    const ttl = Math.min(plan.ttl, found.ttl);
    const text = written(result);
    const reason = reasonOf(result, text, ttl, tags, found.isPrivate || context.isPrivate);
    if (reason !== undefined) return refuse(reason, Promise.resolve(result));
    context.tag(...tags);
    context.ttl(`${Math.round(ttl)}ms`);
    done({ result: Promise.resolve(result), reason });
    return text!;

    function refuse(why: string, given: Promise<Result>): string {
      // Whoever asked takes it up.
      given.catch(() => {});
      context.skip();
      done({ result: given, reason: why });
      return '';
    }
  }

  return async (operation, plan, key, execute) => {
    let executed: Executed | undefined;
    const text = await cache
      .wrap<string>(key, (context) => load(operation, plan, execute, context, (own) => (executed = own)), {
        ttl: '1s',
      })
      .catch(() => undefined);
    const status = executed === undefined && text !== undefined ? 'hit' : 'miss';
    const reason = executed?.reason;
    rule.onAnswer({ operation: plan.name, status, ...(reason !== undefined && { reason }) });
    if (executed !== undefined) return executed.result;
    // Without a text the cache itself has failed, and nothing was executed.
    return text === undefined ? execute(operation.document) : (JSON.parse(text) as Result);
  };
}

async function attempt({ document }: Plan, execute: Execute): Promise<Result> {
  return execute(document);
}

function reasonOf(
  result: Result,
  text: string | undefined,
  ttl: number,
  tags: ReadonlySet<string>,
  isPrivate: boolean,
): string | undefined {
  if ('errors' in result && result.errors !== undefined) return 'ERROR';
  if (isPrivate) return 'PRIVATE';
  if (ttl <= 0) return 'NO-LIFETIME';
  if (tags.size > MAX_TAGS) return 'TAGS';
  return text === undefined ? 'NOT-JSON' : undefined;
}

function isIncremental(result: Result): boolean {
  return Symbol.asyncIterator in result || 'initialResult' in result;
}

function written(result: Result): string | undefined {
  try {
    return JSON.stringify(result);
  } catch {
    return undefined;
  }
}
