import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

/** One operation of a document with the fragments it uses, and nothing else. */
export interface Picked {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
  /** The same for documents that differ in layout, comments, unused definitions or the order of fragments. */
  readonly text: string;
}

/** The operation that is asked for; `undefined` when it is not there or not clear which. */
export function pick(document: DocumentNode, operationName: string | null | undefined): Picked | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const fragments = usedFragments(document, operation);
  const picked: DocumentNode = { ...document, definitions: [operation, ...fragments] };
  return { operation, document: picked, text: stripIgnoredCharacters(print(picked)) };
}

function usedFragments(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly FragmentDefinitionNode[] {
  const used = new Set<FragmentDefinitionNode>();
  const all = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) all.set(definition.name.value, definition);

  const waiting: (OperationDefinitionNode | FragmentDefinitionNode)[] = [operation];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    visit(next, {
      FragmentSpread({ name }) {
        const fragment = all.get(name.value);
        if (fragment === undefined || used.has(fragment)) return;
        used.add(fragment);
        waiting.push(fragment);
      },
    });
  return [...used].toSorted((a, b) => (a.name.value < b.name.value ? -1 : 1));
}
