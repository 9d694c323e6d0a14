import { optionError, rejectUnknown } from '@shelflife/core';

/** What the triggers of a database are to tell. */
export interface TriggerOptions {
  /**
   * The tables, as `products` or `shop.products`, each with the column of its primary key. `null`: only that something
   * in it has changed, for keys of several columns.
   */
  readonly tables: Readonly<Record<string, string | null>>;
  /** Where they tell it, at most 63 bytes. Default `'shelflife'`. */
  readonly channel?: string;
  /** The schema that the trigger function is made in. Default `'public'`. */
  readonly schema?: string;
}

/** What the function and all triggers are called by. */
export const TRIGGER = 'shelflife_changed';

export const DEFAULT_CHANNEL = 'shelflife';

/**
 * The SQL that makes changes known with NOTIFY, whoever makes them, when they are committed: run it as the owner of
 * the tables, as often as you like. One message a statement: up to 100 rows by their keys, else the table; a payload
 * stays under the 8000 bytes that PostgreSQL allows. They fire for replicated changes, too (`ENABLE ALWAYS`).
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function triggersSql(options: TriggerOptions): string {
  rejectUnknown('triggersSql()', options, ['tables', 'channel', 'schema']);
  const { tables, channel = DEFAULT_CHANNEL, schema = 'public' } = options;
  checkedChannel('triggersSql().channel', channel);
  const all = Object.entries(tables ?? {});
  if (all.length === 0 || Array.isArray(tables))
    throw optionError('triggersSql().tables', "tables with their keys, such as { products: 'id' }", tables);
  const run = `${identifier(schema)}.${identifier(TRIGGER)}`;
  return [
    functionSql(run),
    ...all.map(([table, key]) => tableSql(tableIdentifier(table), key, channel, run)),
  ].join('\n');
}

/** The name of a table, quoted: `"shop"."products"`. The first dot ends the schema. */
export function tableIdentifier(table: string): string {
  const dot = table.indexOf('.');
  const [schema, name] = dot < 0 ? ['public', table] : [table.slice(0, dot), table.slice(dot + 1)];
  return `${identifier(schema)}.${identifier(name)}`;
}

/** @throws ShelflifeError `ERR_OPTION` for what PostgreSQL cannot have as a name. */
export function identifier(name: string): string {
  if (typeof name === 'string' && name !== '' && !name.includes('\0') && Buffer.byteLength(name) <= 63)
    return `"${name.replaceAll('"', '""')}"`;
  throw optionError('name', 'a name of 1 to 63 bytes', name);
}

export function checkedChannel(where: string, channel: string): string {
  identifier(channel);
  if (!channel.includes('\\')) return channel;
  throw optionError(where, 'a name without backslashes', channel);
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Reads of the transition tables are made where the trigger runs: their names come before all others. */
function functionSql(run: string): string {
  return `CREATE OR REPLACE FUNCTION ${run}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $shelflife$
DECLARE
  place text := CASE TG_TABLE_SCHEMA WHEN 'public' THEN '' ELSE TG_TABLE_SCHEMA || '.' END || TG_TABLE_NAME;
  ids text[];
  message text;
BEGIN
  IF TG_NARGS > 1 AND TG_OP <> 'TRUNCATE' THEN
    BEGIN
      EXECUTE format(
        CASE TG_OP WHEN 'UPDATE'
          THEN 'SELECT array_agg(id) FROM (SELECT %1$I::text AS id FROM gone UNION SELECT %1$I::text FROM come LIMIT 101) ids'
          WHEN 'INSERT' THEN 'SELECT array_agg(id) FROM (SELECT DISTINCT %1$I::text AS id FROM come LIMIT 101) ids'
          ELSE 'SELECT array_agg(id) FROM (SELECT DISTINCT %1$I::text AS id FROM gone LIMIT 101) ids'
        END, TG_ARGV[1]) INTO ids;
      IF ids IS NULL THEN RETURN NULL; END IF;
    EXCEPTION WHEN undefined_column THEN ids := NULL; -- It was renamed: writes must go on.
    END;
  END IF;
  message := json_build_object('table', place, 'rows', ids)::text;
  IF cardinality(ids) > 100 OR octet_length(message) > 7900 THEN
    message := json_build_object('table', place)::text;
  END IF;
  PERFORM pg_notify(TG_ARGV[0], message);
  RETURN NULL;
END $shelflife$;`;
}

/** Transition tables are for one kind of statement each, hence a trigger for each. */
const KINDS = [
  ['INSERT', 'REFERENCING NEW TABLE AS come'],
  ['UPDATE', 'REFERENCING OLD TABLE AS gone NEW TABLE AS come'],
  ['DELETE', 'REFERENCING OLD TABLE AS gone'],
  ['TRUNCATE', ''],
] as const;

function tableSql(table: string, key: string | null, channel: string, run: string): string {
  const values = [channel, ...(key === null ? [] : [key])].map(literal).join(', ');
  // A key that does not exist is to fail here, not later in the trigger.
  const check = key === null ? [] : [`SELECT ${identifier(key)} FROM ${table} LIMIT 0;`];
  const made = KINDS.flatMap(([kind, referencing]) => {
    const name = identifier(`${TRIGGER}_${kind.toLowerCase()}`);
    return [
      `CREATE OR REPLACE TRIGGER ${name} AFTER ${kind} ON ${table} ${referencing} FOR EACH STATEMENT EXECUTE FUNCTION ${run}(${values});`,
      `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name};`,
    ];
  });
  return [...check, ...made].join('\n');
}
