import { readdirSync, readFileSync } from 'node:fs';

/** A statement at the top of a file that is no logic: types, imports, and what is only handed on. */
const NO_LOGIC = /^(import|export (type )?(\{|\*)|(export )?(declare|interface|type) )/;
const COMMENT = /^\s*(\/\/|\/\*|\*)/;
/** Only what ends a statement that began above: brackets, semicolons, commas. */
const END = /^[\s)}\],;]*$/;

/** Lines of a TypeScript file that oxfmt has formatted, without comments, imports, types, blanks and lone closing brackets. */
export function logicLines(source: string): number {
  let isLogic = true;
  return source.split('\n').filter((line) => {
    if (line.trim() === '' || COMMENT.test(line)) return false;
    // A statement goes on in lines that are indented and ends with one that begins with a bracket.
    if (!/^[\s)}\]]/.test(line)) isLogic = !NO_LOGIC.test(line);
    return isLogic && !END.test(line);
  }).length;
}

/** The logic lines of the files in a folder, by file. */
export function logicOf(folder: string): ReadonlyMap<string, number> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return new Map(
    files.toSorted().map((file) => [file, logicLines(readFileSync(`${folder}/${file}`, 'utf8'))]),
  );
}
