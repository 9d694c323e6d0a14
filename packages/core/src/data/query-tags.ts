import { createHash } from 'node:crypto';
import { tagProblem } from '../key/tag.js';

/** The primary key of a row, as the database prints it. Several columns: joined by the caller, the same way everywhere. */
export type RowId = string | number | bigint;

/** What all results carry. */
export const ALL_TABLES = 'table:*';

/** More than this, and any change of the table counts. */
const MAX_ROWS = 32;

/** What a result carries: `rows` are all that decide it; `undefined` or none: any row. */
export function tagsOfResult(
  tables: readonly string[],
  rows: readonly RowId[] | undefined,
): readonly string[] {
  const isByRow = rows !== undefined && rows.length > 0 && rows.length <= MAX_ROWS;
  return [
    ALL_TABLES,
    ...tables.flatMap((table) => [
      `table:${table}`,
      ...(isByRow ? rows.map((row) => rowTag(table, row)) : [`${table}:*`]),
    ]),
  ];
}

/** What a change invalidates: `rows` are all that it touches; `undefined` or many: any. */
export function tagsOfChange(table: string, rows: readonly RowId[] | undefined): readonly string[] {
  if (rows === undefined || rows.length > MAX_ROWS) return [`table:${table}`];
  return rows.length === 0 ? [] : [`${table}:*`, ...rows.map((row) => rowTag(table, row))];
}

/** Letter case and padding at the end, in which a database and its clients may differ, do not count. */
function rowTag(table: string, row: RowId): string {
  const id = String(row).trimEnd().toLowerCase();
  const tag = `${table}:${id}`;
  return tagProblem(tag) === undefined
    ? tag
    : `${table}:#${createHash('sha256').update(id).digest('base64url')}`;
}
