/** What a trigger tells of a statement. */
export interface Change {
  readonly table: string;
  /** The primary keys of the rows it changed; `undefined`: any. */
  readonly rows: readonly string[] | undefined;
}

/** Reads a message; `undefined` when it is none of ours. Never throws. */
export function changeOf(payload: string): Change | undefined {
  try {
    const { table, rows } = JSON.parse(payload) as { readonly table?: unknown; readonly rows?: unknown };
    if (typeof table !== 'string' || table === '') return undefined;
    return { table, rows: areTexts(rows) ? rows : undefined };
  } catch {
    return undefined;
  }
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
