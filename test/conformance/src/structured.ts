import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BareItem } from '../../../packages/core/src/http/structured-items.js';
import {
  type InnerList,
  type Item,
  parseDictionary,
  parseItem,
  parseList,
} from '../../../packages/core/src/http/structured.js';

/** A record of https://github.com/httpwg/structured-field-tests. */
interface Vector {
  readonly name: string;
  readonly raw?: readonly string[];
  readonly header_type: 'item' | 'list' | 'dictionary';
  readonly expected?: unknown;
  readonly must_fail?: boolean;
  readonly can_fail?: boolean;
}

/** How the vectors went. `failed`: file and name of each that went wrong, with what was read. */
export interface StructuredResult {
  readonly passed: number;
  readonly failed: readonly string[];
}

/**
 * Runs the parsing vectors in a checkout through the parser of core. Those of serialisation are not run: core
 * writes nothing but Strings.
 */
export function runVectors(folder: string): StructuredResult {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (files.length === 0) throw new Error(`${folder} holds no vectors. ${HOW_TO_GET}`);
  const failed: string[] = [];
  let passed = 0;
  for (const file of files) {
    for (const vector of JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Vector[]) {
      const got = read(vector);
      if (isRight(vector, got)) passed++;
      else failed.push(`${file}: ${vector.name}: read ${got}`);
    }
  }
  return { passed, failed };
}

const HOW_TO_GET = 'Get them: git clone https://github.com/httpwg/structured-field-tests';

function isRight({ must_fail: mustFail, can_fail: canFail, expected }: Vector, got: string): boolean {
  if (mustFail === true) return got === FAILED;
  return got === JSON.stringify(expected) || (canFail === true && got === FAILED);
}

const FAILED = 'nothing';

function read({ raw = [], header_type: type }: Vector): string {
  const text = raw.join(', ');
  const value = type === 'item' ? parseItem(text) : type === 'list' ? parseList(text) : parseDictionary(text);
  if (value === undefined) return FAILED;
  if (value instanceof Map) return JSON.stringify([...value].map(([key, member]) => [key, memberOf(member)]));
  return JSON.stringify(Array.isArray(value) ? value.map(memberOf) : memberOf(value as Item));
}

// As the vectors write them.
function memberOf(member: Item | InnerList): unknown {
  const parameters = [...member.parameters].map(([key, bare]) => [key, bareOf(bare)]);
  return 'items' in member ? [member.items.map(memberOf), parameters] : [bareOf(member.bare), parameters];
}

const NAMES: Partial<Record<BareItem['type'], string>> = {
  token: 'token',
  date: 'date',
  'display-string': 'displaystring',
};

function bareOf({ type, value }: BareItem): unknown {
  if (type === 'bytes') return { __type: 'binary', value: base32(value) };
  return NAMES[type] === undefined ? value : { __type: NAMES[type], value };
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits.match(/.{1,5}/g) ?? [];
  const text = digits
    .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(digit.padEnd(5, '0'), 2)])
    .join('');
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}
