import type { Cache } from '@shelflife/core';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { createOperations, type Result } from './operations.js';
import type { OperationRule } from './rule.js';

/** What envelop hands to executors. */
interface ExecutionArgs {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  readonly contextValue?: unknown;
}

/** A plugin of GraphQL Yoga, and of envelop. */
export interface OperationCachePlugin {
  onExecute(hook: {
    readonly executeFn: (args: never) => unknown;
    setExecuteFn(this: void, execute: (args: never) => unknown): void;
  }): void;
}

/**
 * Caches whole operations of GraphQL Yoga: `createYoga({ schema, plugins: [useOperationCache(cache, { ttl: '1m' })] })`.
 * Put it behind the plugins that decide who may ask.
 * @throws ShelflifeError `ERR_OPTION` when the rule is wrong.
 */
export function useOperationCache<Context = unknown>(
  cache: Cache,
  rule: OperationRule<Context> = {},
): OperationCachePlugin {
  const answer = createOperations(cache, rule);
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => {
        const { schema, document, operationName, variableValues: variables, contextValue: context } = args;
        const operation = { schema, document, operationName, variables, context };
        return answer(operation, (planned) => executeFn({ ...args, document: planned } as never) as Result);
      });
    },
  };
}
