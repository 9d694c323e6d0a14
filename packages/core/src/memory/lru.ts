import type { EvictionPolicy } from './policy.js';

interface Node {
  readonly key: string;
  older: Node | undefined;
  newer: Node | undefined;
}

/**
 * Evicts the least recently used entry. Every call takes constant time: a linked list in order of use. (The
 * order of a `Map` would do but for its cost: finding its first key walks over all that were deleted before.)
 */
export function createLru(): EvictionPolicy {
  const nodes = new Map<string, Node>();
  let oldest: Node | undefined;
  let newest: Node | undefined;

  function append(node: Node): void {
    node.older = newest;
    node.newer = undefined;
    if (newest === undefined) oldest = node;
    else newest.newer = node;
    newest = node;
  }

  function unlink({ older, newer }: Node): void {
    if (older === undefined) oldest = newer;
    else older.newer = newer;
    if (newer === undefined) newest = older;
    else newer.older = older;
  }

  return {
    add(key) {
      const node: Node = { key, older: undefined, newer: undefined };
      nodes.set(key, node);
      append(node);
    },
    touch(key) {
      const node = nodes.get(key);
      if (node === undefined || node === newest) return;
      unlink(node);
      append(node);
    },
    remove(key) {
      const node = nodes.get(key);
      if (node === undefined) return;
      nodes.delete(key);
      unlink(node);
    },
    victim: () => oldest?.key,
    clear() {
      nodes.clear();
      oldest = newest = undefined;
    },
  };
}
