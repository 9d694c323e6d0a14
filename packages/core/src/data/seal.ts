import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StoredValue } from '../store/stored-value.js';
import type { ResolvedValueOptions } from './seal-options.js';

/** Makes values ready for a store, which others may read or write, and back. The memory tier has them as they are. */
export interface Sealer {
  seal(key: string, value: StoredValue): StoredValue;
  /** `undefined`: the value was not sealed by one of these secrets, or not for this key, or it is damaged. */
  open(key: string, value: StoredValue): StoredValue | undefined;
}

// The first byte of what is sealed.
const COMPRESSED = 1;
const ENCRYPTED = 2;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
// What a small input may be blown up to.
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Compresses (DEFLATE at its fastest: about 10 ms a megabyte, on this thread) and encrypts (AES-256-GCM, bound to key,
 * tags and times: a value cannot be passed off as another, or as newer). Tags stay readable in the store.
 */
export function createSealer({ compressAbove, secrets }: ResolvedValueOptions): Sealer {
  const [newest] = secrets;

  function readBody(flags: number, body: Uint8Array): Uint8Array {
    return (flags & COMPRESSED) === 0 ? body : inflateRawSync(body, { maxOutputLength: MAX_BYTES });
  }

  function open(key: string, value: StoredValue): Uint8Array | undefined {
    const bytes = Buffer.from(value.bytes.buffer, value.bytes.byteOffset, value.bytes.byteLength);
    const flags = bytes[0] ?? 0;
    // Whoever encrypts takes nothing else, or anybody could hand it what he likes.
    const isEncrypted = (flags & ENCRYPTED) !== 0;
    if (bytes.length === 0 || isEncrypted !== (newest !== undefined)) return undefined;
    const body = isEncrypted ? decrypt(bytes, contextOf(key, value)) : bytes.subarray(1);
    return body && readBody(flags, body);
  }

  function decrypt(bytes: Buffer, context: Buffer): Buffer | undefined {
    const idEnd = 2 + (bytes[1] ?? 0);
    const secret = secrets.find(({ id }) => id === bytes.toString('utf8', 2, idEnd));
    const bodyAt = idEnd + NONCE_BYTES + TAG_BYTES;
    if (secret === undefined || bytes.length < bodyAt) return undefined;
    const nonce = bytes.subarray(idEnd, idEnd + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', secret.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([bytes.subarray(0, idEnd), context]));
    decipher.setAuthTag(bytes.subarray(idEnd + NONCE_BYTES, bodyAt));
    return Buffer.concat([decipher.update(bytes.subarray(bodyAt)), decipher.final()]);
  }

  return {
    seal(key, value) {
      const isLarge = value.bytes.byteLength > compressAbove;
      const flags = (isLarge ? COMPRESSED : 0) | (newest === undefined ? 0 : ENCRYPTED);
      const body = isLarge ? deflateRawSync(value.bytes, { level: 1 }) : value.bytes;
      if (newest === undefined) return { ...value, bytes: Buffer.concat([Buffer.of(flags), body]) };
      return { ...value, bytes: encrypt(newest, flags, body, contextOf(key, value)) };
    },
    open(key, value) {
      try {
        const bytes = open(key, value);
        return bytes && { ...value, bytes };
      } catch {
        return undefined;
      }
    },
  };
}

function encrypt(
  { id, key }: { readonly id: string; readonly key: KeyObject },
  flags: number,
  body: Uint8Array,
  context: Buffer,
): Buffer {
  const name = Buffer.from(id);
  const head = Buffer.concat([Buffer.of(flags, name.length), name]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([head, context]));
  const text = Buffer.concat([cipher.update(body), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), text]);
}

function contextOf(key: string, value: StoredValue): Buffer {
  const { names, position, startedAt, madeAt, freshUntil, staleUntil, errorUntil, isPrivate } = value;
  const times = [position, startedAt, madeAt, freshUntil, staleUntil, errorUntil];
  return Buffer.from(JSON.stringify([key, names, times, isPrivate]));
}
