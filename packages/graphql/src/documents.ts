import type { DocumentNode } from 'graphql';

/** Sources and their documents, both ways, so that each is read and written once. */
export interface Documents {
  /** `undefined` when it cannot be read. */
  (source: string, parse: (source: string) => DocumentNode): DocumentNode | undefined;
  textOf(document: DocumentNode, print: (document: DocumentNode) => string): string;
}

/** As many as Mercurius keeps itself, and none that is longer than a document needs to be. */
const MAX_DOCUMENTS = 1024;
const MAX_LENGTH = 20_000;

export function createDocuments(): Documents {
  const documents = new Map<string, DocumentNode>();
  const texts = new WeakMap<DocumentNode, string>();

  function keep(source: string, document: DocumentNode): void {
    if (source.length > MAX_LENGTH) return;
    const [oldest] = documents.size >= MAX_DOCUMENTS ? documents.keys() : [];
    if (oldest !== undefined) documents.delete(oldest);
    documents.set(source, document);
  }

  function read(source: string, parse: (source: string) => DocumentNode): DocumentNode | undefined {
    const known = documents.get(source);
    if (known !== undefined) return known;
    try {
      const document = parse(source);
      keep(source, document);
      return document;
    } catch {
      return undefined;
    }
  }

  function textOf(document: DocumentNode, print: (document: DocumentNode) => string): string {
    const text = texts.get(document) ?? print(document);
    texts.set(document, text);
    return text;
  }

  return Object.assign(read, { textOf });
}
