import { createHash } from 'node:crypto';
import type { Store } from '@shelflife/core';

const NAME = Buffer.from('SLF');
const CHECKSUM_BYTES = 16;

/** A store as a release has it whose frames have another version: it writes its own, and can read no others. */
export function ofAnotherVersion(store: Store): Store {
  const lease = store.lease!;
  const told = (bytes: Uint8Array | undefined): Uint8Array | undefined => bytes && swapped(bytes);
  return {
    ...store,
    get: async (key) => told(await store.get(key)),
    set: (key, bytes, ttlMs) => store.set(key, swapped(bytes), ttlMs),
    lease: {
      ...lease,
      async take(key, ttlMs, seen) {
        const grant = await lease.take(key, ttlMs, told(seen));
        return grant.value === undefined ? grant : { value: swapped(grant.value) };
      },
    },
  };
}

/** Frames of this version become those of the other one, and the other way round; their checksums are right. */
function swapped(bytes: Uint8Array): Uint8Array {
  const content = Buffer.from(bytes.subarray(0, -CHECKSUM_BYTES));
  const version = content.indexOf(NAME) + NAME.length;
  content[version]! ^= 1;
  const checksum = createHash('sha256').update(content).digest().subarray(0, CHECKSUM_BYTES);
  return Buffer.concat([content, checksum]);
}
