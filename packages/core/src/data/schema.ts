/** As much of a Standard Schema (version 1, https://standardschema.dev) as is needed to check a value. */
export interface Schema<T = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
    // Only for the types: what a value that fits is.
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** What a schema says of a value: it fits when there are no issues. */
export interface SchemaResult {
  readonly issues?: readonly unknown[] | undefined;
}

export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard = (value as Partial<Schema>)['~standard'];
  return typeof standard?.validate === 'function';
}

/** Whether a value fits a schema; one that throws says no. What the schema would make of the value is left aside. */
export async function fits(schema: Schema, value: unknown): Promise<boolean> {
  try {
    const { issues } = await schema['~standard'].validate(value);
    return issues === undefined;
  } catch {
    return false;
  }
}
