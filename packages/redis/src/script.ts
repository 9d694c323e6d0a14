import { createHash } from 'node:crypto';
import type { Argument, Connection } from './client.js';

/** A Lua script. */
export interface Script {
  readonly text: string;
  /** Its SHA-1, by which Redis knows it. */
  readonly digest: string;
}

/** Names a script. */
export function script(text: string): Script {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script on the node of its keys; strings in the reply are buffers. Redis is taught a script it does not know. */
export async function runScript(
  connection: Connection,
  { text, digest }: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  try {
    return await connection.callBuffer('evalsha', digest, keys.length, ...keys, ...args);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return connection.callBuffer('eval', text, keys.length, ...keys, ...args);
  }
}

/** Whether Redis does not know the script: it was restarted, or its scripts were flushed. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
