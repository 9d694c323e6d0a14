import { inspect } from 'node:util';

/** Prints what happens next. */
export function step(text: string): void {
  console.log(text);
}

/** Prints what a caller got. */
export function got(value: unknown): void {
  console.log(`    got ${inspect(value, { breakLength: Infinity })}`);
}
