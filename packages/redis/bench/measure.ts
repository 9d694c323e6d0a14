import type { RedisServer } from '../../../test/support/servers/redis.js';

/** How many commands Redis has run, those of scripts included. */
export async function commandsOf(redis: RedisServer): Promise<number> {
  return Number(/total_commands_processed:(\d+)/.exec(await redis.ask('INFO', 'stats'))![1]);
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
