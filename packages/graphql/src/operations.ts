import type { Cache } from '@shelflife/core';
import { type DocumentNode, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { takeEntities } from './entities.js';
import { createFill } from './fill.js';
import type { Plan } from './plan.js';
import { createPlans } from './plans.js';
import { responseOf, userOf } from './request.js';
import { type OperationRule, resolveOperationRule, type ResolvedOperationRule } from './rule.js';
import { digest, textOf } from './text.js';

/** An operation that is about to be executed. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: unknown;
}

/** What executing came to: `{ data, errors }`, or parts that come later. */
export type Result = object;

/** Executes a document in place of the operation's own. */
export type Execute = (document: DocumentNode) => Result | Promise<Result>;

/** Answers an operation from the cache, or has it executed. */
export type Answer = (operation: Operation, execute: Execute) => Promise<Result>;

/** The story of an operation: a query is looked up and stored, a mutation invalidates what it has changed. */
export function createOperations(cache: Cache, options: OperationRule): Answer {
  const rule = resolveOperationRule(options);
  const plans = createPlans(rule);
  const fill = createFill(cache, rule);

  async function mutate({ schema }: Operation, plan: Plan, execute: Execute): Promise<Result> {
    const tags = new Set(plan.invalidates);
    try {
      const result = await execute(plan.document);
      const { entities } = takeEntities(schema, result, plan, rule);
      for (const tag of entities) tags.add(tag);
      return result;
    } finally {
      // Also when it failed: half of it may have been done.
      if (tags.size > 0) await invalidate(cache, rule, plan, [...tags]);
    }
  }

  return async (operation, execute) => {
    const { schema, document, operationName, variables, context } = operation;
    const plan = plans(schema, document, operationName);
    if (plan === undefined) return execute(document);
    if (plan.type === OperationTypeNode.MUTATION) return mutate(operation, plan, execute);
    const key = plan.reason === undefined ? keyOf(plan, variables, rule, context) : { reason: plan.reason };
    if ('key' in key) return fill(operation, plan, key.key, execute);
    rule.onAnswer({ operation: plan.name, status: 'bypass', reason: key.reason });
    // A cache of responses in front would not learn what this one is made of.
    responseOf(context)?.skip();
    return execute(document);
  };
}

function keyOf(
  plan: Plan,
  variables: Operation['variables'],
  rule: ResolvedOperationRule,
  context: unknown,
): { readonly key: readonly string[] } | { readonly reason: string } {
  const user = userOf(rule.by, context);
  if ('reason' in user) return user;
  const given = textOf(Object.fromEntries(plan.variables.map((name) => [name, variables?.[name]])));
  if (given === undefined) return { reason: 'VARIABLES' };
  return { key: ['graphql operation', digest([plan.text, given, user.user])] };
}

async function invalidate(
  cache: Cache,
  { onAnswer }: ResolvedOperationRule,
  { name }: Plan,
  tags: readonly string[],
): Promise<void> {
  try {
    await cache.invalidate({ tags });
  } catch {
    // In this process it is in effect, and the mutation is done: its answer must not be lost.
    onAnswer({ operation: name, status: 'bypass', reason: 'INVALIDATION-FAILED' });
  }
}
