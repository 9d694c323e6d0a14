import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isObjectType,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { PREFIX, withEntityFields } from './entity-fields.js';
import { fieldHint } from './hints.js';
import { pick } from './normalise.js';
import type { ResolvedOperationRule } from './rule.js';

/** What can be known of an operation before it is executed. */
export interface Plan {
  readonly type: OperationTypeNode;
  readonly name: string | undefined;
  /** For the key. */
  readonly text: string;
  /** What is executed: with the types and ids of objects. */
  readonly document: DocumentNode;
  /** Of what the document names, the shortest lifetime, in milliseconds. */
  readonly ttl: number;
  readonly tags: readonly string[];
  /** The object types that it names. */
  readonly types: ReadonlySet<string>;
  readonly invalidates: readonly string[];
  /** The names of its variables. */
  readonly variables: readonly string[];
  /** Why a result of it is not stored. */
  readonly reason: string | undefined;
}

/** Reads an operation. `undefined` when the document has no such operation. */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  rule: ResolvedOperationRule,
): Plan | undefined {
  const picked = pick(document, operationName);
  if (picked === undefined) return undefined;
  const { operation, text } = picked;
  const read = readFields(schema, picked.document, rule);
  const isOurs = text.includes(PREFIX);
  return {
    type: operation.operation,
    name: operation.name?.value,
    text,
    document: isOurs || read.isIncremental ? document : withEntityFields(schema, picked.document),
    ttl: read.ttl,
    tags: [...read.types, ...read.tags],
    types: read.types,
    invalidates: [...read.invalidates],
    variables: operation.variableDefinitions?.map(({ variable }) => variable.name.value).toSorted() ?? [],
    reason: reasonOf(operation.operation, isOurs, read),
  };
}

interface Read {
  ttl: number;
  isPrivate: boolean;
  isIncremental: boolean;
  readonly types: Set<string>;
  readonly tags: Set<string>;
  readonly invalidates: Set<string>;
}

function reasonOf(type: OperationTypeNode, isOurs: boolean, read: Read): string | undefined {
  if (type !== OperationTypeNode.QUERY) return type.toUpperCase();
  if (isOurs) return 'RESERVED-NAME';
  if (read.isIncremental) return 'INCREMENTAL';
  if (read.isPrivate) return 'PRIVATE';
  return read.ttl > 0 && read.ttl < Infinity ? undefined : 'NO-LIFETIME';
}

function readFields(schema: GraphQLSchema, document: DocumentNode, rule: ResolvedOperationRule): Read {
  const read: Read = {
    ttl: Infinity,
    isPrivate: false,
    isIncremental: false,
    types: new Set(),
    tags: new Set(),
    invalidates: new Set(),
  };
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Directive: ({ name }) =>
        void (read.isIncremental ||= name.value === 'defer' || name.value === 'stream'),
      Field: () => readField(schema, info, rule, read),
    }),
  );
  return read;
}

function readField(schema: GraphQLSchema, info: TypeInfo, rule: ResolvedOperationRule, read: Read): void {
  const [parent, field, type] = [info.getParentType(), info.getFieldDef(), getNamedType(info.getType())];
  if (!parent || !field || !type || field.name === '__typename') return;
  const hint = fieldHint(rule, parent, field, type);
  const isRoot = parent === schema.getQueryType();
  read.ttl = Math.min(read.ttl, hint.ttl ?? (isRoot ? rule.ttl : Infinity));
  read.isPrivate ||= hint.isPrivate;
  // Under the name of its type a list is found even when it is empty.
  if (isObjectType(type) && !type.name.startsWith('__')) read.types.add(type.name);
  const said = rule.fields.get(`${parent.name}.${field.name}`);
  for (const tag of said?.tags ?? []) read.tags.add(tag);
  for (const tag of said?.invalidates ?? []) read.invalidates.add(tag);
}
