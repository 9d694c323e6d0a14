/** Tests that say nothing about a cache in a Node application, and why. They are run, and left out of the counts. */
export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  'headers-store-Content-Length':
    'the origin sends 36 bytes under Content-Length: 10, which the HTTP client of Node, in the handler, refuses as a broken message: no answer reaches the cache',
};
