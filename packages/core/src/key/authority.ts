const DEFAULT_PORT: ReadonlyMap<string, string> = new Map([
  ['http', ':80'],
  ['https', ':443'],
]);

/**
 * Host and port of a request in the one form that keys use: ASCII letters lower case, without the default port
 * of the scheme (RFC 9110 section 4.2.3). Anything that is no host stays as it is; a missing one is `''`.
 */
export function canonicalAuthority(host: string | undefined, scheme: string): string {
  if (host === undefined) return '';
  // Not toLowerCase() on the whole: it makes `k` of the Kelvin sign.
  const lower = host.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const port = DEFAULT_PORT.get(scheme);
  return port !== undefined && lower.endsWith(port) ? lower.slice(0, -port.length) : lower;
}
