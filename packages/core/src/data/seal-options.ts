import { createSecretKey, type KeyObject } from 'node:crypto';
import { optionError } from '../errors.js';
import { rejectUnknown } from '../rule/options.js';
import { parseSize } from '../rule/size.js';

/** How values of the data cache lie in the store. */
export interface ValueOptions {
  /** Values of more bytes than this are compressed, such as `'16kb'`. Default: none. */
  readonly compressAbove?: number | string;
  /**
   * Secrets to encrypt with (AES-256-GCM). The first encrypts, all decrypt: to rotate, put a new one in front and take
   * the last one away when what it encrypted has expired. What none of them decrypts is loaded anew. Default: values
   * are not encrypted. One secret is good for some billion values.
   */
  readonly secrets?: readonly Secret[];
}

/** A secret with the name by which values say which one they need. */
export interface Secret {
  /** 1 to 32 visible ASCII characters, such as `'2026-11'`. It can be read in the store. */
  readonly id: string;
  /** 32 bytes, as such or in base64: `openssl rand -base64 32`. */
  readonly key: Uint8Array | string;
}

/** {@link ValueOptions}, checked. */
export interface ResolvedValueOptions {
  /** Bytes. */
  readonly compressAbove: number;
  readonly secrets: readonly { readonly id: string; readonly key: KeyObject }[];
}

/** @throws ShelflifeError `ERR_OPTION`. */
export function resolveValueOptions(options: ValueOptions): ResolvedValueOptions {
  rejectUnknown('values', options, ['compressAbove', 'secrets']);
  const { compressAbove, secrets = [] } = options;
  if (!Array.isArray(secrets)) throw optionError('values.secrets', 'an array of { id, key }', secrets);
  const resolved = (secrets as readonly unknown[]).map((secret, at) =>
    secretOf(`values.secrets[${at}]`, secret),
  );
  if (new Set(resolved.map(({ id }) => id)).size < resolved.length)
    throw optionError('values.secrets', 'an id for each secret', secrets, 'Two have the same.');
  return {
    compressAbove: compressAbove === undefined ? Infinity : parseSize('values.compressAbove', compressAbove),
    secrets: resolved,
  };
}

function secretOf(where: string, secret: unknown): { readonly id: string; readonly key: KeyObject } {
  rejectUnknown(where, secret, ['id', 'key']);
  const { id, key } = secret as Partial<Secret>;
  if (typeof id !== 'string' || !/^[!-~]{1,32}$/.test(id))
    throw optionError(`${where}.id`, '1 to 32 visible ASCII characters', id);
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : key;
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== 32) {
    // Never the key itself in a message.
    const got = bytes instanceof Uint8Array ? `${bytes.byteLength} bytes` : typeof bytes;
    throw optionError(`${where}.key`, '32 bytes, or base64 of them', { got }, `It has ${got}.`);
  }
  return { id, key: createSecretKey(bytes) };
}
