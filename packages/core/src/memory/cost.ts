/** Bytes that an entry is charged with besides its key and its value: index, columns, header of the key. Measured. */
export const ENTRY_OVERHEAD = 250;

/** Bytes that an entry takes, its key and {@link ENTRY_OVERHEAD} included. `size`: those of its value. */
export function costOf(key: string, size: number): number {
  return size + keySize(key) + ENTRY_OVERHEAD;
}

// V8 holds a string in two bytes a character as soon as one of them is not Latin-1.
function keySize(key: string): number {
  return /[\u0100-\uffff]/.test(key) ? 2 * key.length : key.length;
}
