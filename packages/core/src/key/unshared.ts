/**
 * The same text in memory of its own. V8 makes a slice of a long text by pointing into it: one path that is kept
 * would keep the whole URL alive that it was cut from (measured: 30,000 URLs of 12 KB, 420 MB).
 */
export function unshared(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
