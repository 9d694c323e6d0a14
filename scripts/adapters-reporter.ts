import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { logicOf } from './logic-lines.js';

/** The hosts that must be there, in the order of their columns. */
const HOSTS = [
  'node:http',
  'Express 5',
  'Express 4',
  'Fastify 5',
  'Fastify 5.0',
  'Nest 12 on Express',
  'Nest 12 on Fastify',
  'Nest 11 on Express',
  'Nest 11 on Fastify',
];
/** What the adapters consist of: a name, a folder, and which of its files; those that no part before has. */
const PARTS: readonly (readonly [name: string, folder: string, files: RegExp])[] = [
  ['@shelflife/express, faster on request', 'express', /^(accelerate|server)/],
  ['@shelflife/express', 'express', /./],
  ['@shelflife/fastify, entrance for Nest', 'fastify', /^entrance/],
  ['@shelflife/fastify, faster on request', 'fastify', /^accelerate/],
  ['@shelflife/fastify, plugin', 'fastify', /./],
  ['@shelflife/nestjs, migration door', 'nestjs', /^cache-manager\//],
  ['@shelflife/nestjs, module and check', 'nestjs', /^(module|check|methods|tokens)\.ts/],
  ['@shelflife/nestjs, method caching', 'nestjs', /^(decorators|wrap-method|metadata)\.ts/],
  ['@shelflife/nestjs, hits before interceptors and ahead of Nest', 'nestjs', /^(guard|accelerate)/],
  ['@shelflife/nestjs, HTTP adapter', 'nestjs', /./],
  ['@shelflife/core/node, for all of them', 'core/src/node', /./],
];
const SUITE = ': adapter suite';

interface Cell {
  passed: number;
  failed: number;
  /** What the host does not have, as it declares (`TestHost.raw`, `TestHost.unroutable`). */
  notApplicable: number;
}

/** Prints which cases of the adapter suite pass on which host, and how long the adapters are. Fails unless all is green. */
export default class AdaptersReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const red = printTable(rowsOf(tests));
    const broken = [...errors, ...modules.flatMap((module) => module.errors())];
    for (const error of broken) console.error(error);
    for (const test of tests) tellFailure(test);
    console.log(red === 0 ? '\nAll cells are green.' : `\n${red} cells are red.`);
    printLogicLines();
    if (red + broken.length > 0) process.exitCode = 1;
  }
}

function tellFailure(test: TestCase): void {
  const { state, errors = [] } = test.result();
  if (state === 'failed')
    console.error(`\nFAILED ${test.fullName}\n${errors.map(({ message }) => message).join('\n')}`);
}

type Rows = ReadonlyMap<string, ReadonlyMap<string, readonly TestCase[]>>;

/** Tests by group of cases and host. */
function rowsOf(tests: readonly TestCase[]): Rows {
  const rows = new Map<string, Map<string, TestCase[]>>();
  for (const test of tests) {
    const [suite = '', group = 'without a group'] = titlesOf(test);
    if (!suite.endsWith(SUITE)) continue;
    const host = suite.slice(0, -SUITE.length);
    const row = rows.get(group) ?? new Map<string, TestCase[]>();
    rows.set(group, row.set(host, [...(row.get(host) ?? []), test]));
  }
  return rows;
}

/** The titles of the describes around a test, from the outside. */
function titlesOf(test: TestCase): readonly string[] {
  const titles: string[] = [];
  for (let at = test.parent; at.type === 'suite'; at = at.parent) titles.unshift(at.name);
  return titles;
}

/** `all`: how many tests there are; a host without routes for a method has fewer. */
function cellOf(tests: readonly TestCase[], all: number): Cell {
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  const passed = count('passed');
  const skipped = count('skipped');
  const failed = tests.length - passed - skipped;
  return { passed, failed, notApplicable: tests.length === 0 ? 0 : all - passed - failed };
}

/** Returns how many cells are red. */
function printTable(rows: Rows): number {
  const lines = [
    ['passed/failed/not applicable', ...HOSTS.map((host) => host.split(/ (?=on )/)[0]!)],
    ['', ...HOSTS.map((host) => host.split(/ (?=on )/)[1] ?? '')],
  ];
  const sums = HOSTS.map(() => ({ passed: 0, failed: 0, notApplicable: 0 }));
  let red = 0;
  for (const [group, row] of rows) {
    const all = Math.max(...[...row.values()].map((tests) => tests.length));
    const cells = HOSTS.map((host) => cellOf(row.get(host) ?? [], all));
    red += cells.filter(isRed).length;
    lines.push([group.slice(0, 58), ...cells.map(write)]);
    for (const [at, cell] of cells.entries()) add(sums[at]!, cell);
  }
  print([...lines, ['all', ...sums.map(write)]]);
  return rows.size === 0 ? HOSTS.length : red;
}

function add(sum: Cell, { passed, failed, notApplicable }: Readonly<Cell>): void {
  sum.passed += passed;
  sum.failed += failed;
  sum.notApplicable += notApplicable;
}

/** A host that has none of the tests is red as well. */
function isRed({ passed, failed, notApplicable }: Readonly<Cell>): boolean {
  return failed > 0 || passed + notApplicable === 0;
}

function write(cell: Readonly<Cell>): string {
  const text = `${cell.passed}/${cell.failed}/${cell.notApplicable}`;
  return isRed(cell) ? `RED ${text}` : text;
}

function printLogicLines(): void {
  const counted = new Set<string>();
  const lines = PARTS.map(([name, folder, files]) => {
    const path = folder.includes('/') ? folder : `${folder}/src`;
    const all = [...logicOf(fileURLToPath(new URL(`../packages/${path}`, import.meta.url)))];
    const part = all.filter(([file, count]) => count > 0 && files.test(file) && !counted.has(folder + file));
    for (const [file] of part) counted.add(folder + file);
    const sum = part.reduce((total, [, count]) => total + count, 0);
    return [
      name,
      String(sum),
      part.map(([file, count]) => `${posix.basename(file, '.ts')} ${count}`).join(', '),
    ];
  });
  console.log('\nLines of logic, without comments, imports, types, blanks and lone closing brackets:');
  print(lines);
}

/** Prints rows of cells in columns. */
function print(lines: readonly (readonly string[])[]): void {
  const widths = lines[0]!.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    );
}
