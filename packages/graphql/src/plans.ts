import type { DocumentNode, GraphQLSchema } from 'graphql';
import { type Plan, planOf } from './plan.js';
import type { ResolvedOperationRule } from './rule.js';

/** Reads operations, each document once for as long as its server keeps it. */
export type Plans = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
) => Plan | undefined;

export function createPlans(rule: ResolvedOperationRule): Plans {
  let known = new WeakMap<DocumentNode, Map<string, Plan | undefined>>();
  let knownSchema: GraphQLSchema | undefined;

  return (schema, document, operationName) => {
    if (schema !== knownSchema) [known, knownSchema] = [new WeakMap(), schema];
    const plans = known.get(document) ?? new Map<string, Plan | undefined>();
    known.set(document, plans);
    const name = operationName ?? '';
    const plan = plans.get(name) ?? planOf(schema, document, operationName, rule);
    // Names that the document does not have are not kept: clients could send any number of them.
    if (plan !== undefined) plans.set(name, plan);
    return plan;
  };
}
