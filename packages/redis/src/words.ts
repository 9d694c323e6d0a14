import { ShelflifeError } from '@shelflife/core';

/** What Redis and ioredis say, and how to mend it. */
const ADVICE: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/^NOAUTH|Authentication required/, 'It wants a password: redis://user:password@host.'],
  [/^WRONGPASS|invalid username-password/, 'Correct the user name or the password.'],
  [
    /^NOPERM|user executing the script can't/,
    'Allow the user of the cache +@read +@write +@scripting +@connection +info +time +wait +cluster on its keys.',
  ],
  [/^OOM/, 'It is full: raise maxmemory, or set maxmemory-policy to volatile-lru.'],
  [/^READONLY/, 'It is a replica: give the address of the primary, or of the Sentinels.'],
  [/^NOREPLICAS/, 'It takes no writes without its replicas (min-replicas-to-write).'],
  [/^MISCONF/, 'It cannot save to disk and takes no writes; its log says why.'],
  [/^LOADING/, 'It is still loading its data.'],
  [/^CLUSTERDOWN/, 'A shard is missing: set cluster-require-full-coverage to no, so that the others go on.'],
  [/^WRONGTYPE/, 'Another program writes to this key: give the cache a keyPrefix of its own.'],
  [/max number of clients/, 'Raise maxclients.'],
  [/unknown command.*eval/i, 'The cache needs Lua scripts, which this service does not offer.'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/, 'Start it, or correct its address.'],
  [/All sentinels are unreachable/, 'Start the Sentinels, or correct their addresses.'],
  [/certificate|self-signed/i, 'Give the right certificates in the tls option of ioredis.'],
];

/** An error of Redis or of the way there as one that names the server and what to do. */
export function inPlainWords(server: string, error: unknown): ShelflifeError {
  if (error instanceof ShelflifeError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1];
  const sentence = advice === undefined ? '' : ` ${advice}`;
  return new ShelflifeError('ERR_STORE', `${server}: ${said.replace(/\.$/, '')}.${sentence}`, {
    cause: error,
  });
}
