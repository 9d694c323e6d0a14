/** The names of what the cache keeps in Redis. All keys about one entry are in one slot of a Cluster. */
export interface Keys {
  entry(key: string): string;
  lease(key: string): string;
  readonly log: string;
}

/** `prefix` comes first in every key. */
export function createKeys(prefix: string): Keys {
  return {
    entry: (key) => `${prefix}c:{${withoutBraces(key)}}`,
    lease: (key) => `${prefix}l:{${withoutBraces(key)}}`,
    log: `${prefix}inv:{log}`,
  };
}

// Braces say which part of a key decides the slot.
function withoutBraces(key: string): string {
  return /[%{}]/.test(key) ? key.replaceAll(/[%{}]/g, (char) => `%${char.charCodeAt(0).toString(16)}`) : key;
}

const SLOTS = 16_384;

/** CRC-16/XMODEM for each value of a byte. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The slot of a Cluster that a key lies in (Redis Cluster specification, "Key distribution model"). */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const tag = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(tag)) crc = ((crc << 8) ^ TABLE[((crc >> 8) ^ byte) & 0xff]!) & 0xffff;
  return crc % SLOTS;
}
