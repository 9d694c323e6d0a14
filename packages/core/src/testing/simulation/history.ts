import type { LogRecord } from '../../invalidation/transport.js';
import { ALL } from '../../invalidation/tags.js';

/** An invalidation and what is known of it. Times are those of the simulation. */
interface Promised {
  readonly page: number;
  readonly mode: 'remove' | 'stale';
  readonly node: number;
  /** The version of the page's data that answers must have at least. */
  readonly version: number;
  /** The process that it was called in keeps it from here on. */
  readonly calledAt: number;
  /** All processes keep it from `maxStaleness` after this. */
  inForceAt: number;
  token?: string;
}

/** What was promised and what was answered: the judge of a run. */
export interface History {
  version(page: number): number;
  /** The data of the page change, and then it is invalidated. */
  called(page: number, mode: 'remove' | 'stale', node: number, now: number): Promised;
  /** The record was lost with the server that had it: it binds again when somebody tells the log. */
  lost(id: number): void;
  appended(record: LogRecord, now: number, tagOf: (page: number) => readonly string[]): void;
  /** A process died, and what only it knew of. */
  died(node: number): void;
  /** The oldest version that an answer to this request may have. */
  required(page: number, node: number, startedAt: number, fresh: boolean): number;
  /** Versions that a server lost, and that no process told it again although one knew them. */
  forgotten(): readonly number[];
  /** The last invalidation of a page that was acknowledged. */
  lastToken(page: number): Token | undefined;
}

/** What a client was told of its invalidation. */
export interface Token {
  readonly token: string;
  readonly version: number;
  readonly mode: 'remove' | 'stale';
  /** False when the server lost it meanwhile. */
  isInForce(): boolean;
}

export function createHistory(maxStaleness: number): History {
  const promises: Promised[] = [];
  const versions = new Map<number, number>();
  return {
    version: (page) => versions.get(page) ?? 1,
    called(page, mode, node, now) {
      const version = (versions.get(page) ?? 1) + 1;
      versions.set(page, version);
      const promised: Promised = { page, mode, node, version, calledAt: now, inForceAt: Infinity };
      promises.push(promised);
      return promised;
    },
    lost(id) {
      for (const promised of promises)
        if (promised.token?.endsWith(String(id)) === true) promised.inForceAt = Infinity;
    },
    appended({ names, previous }, now, tagOf) {
      // Only what was acknowledged once and got lost binds again by being told.
      for (const promised of promises) {
        // The first record of a log says of everything before it that too little is known.
        const isAll = previous === 0 || names.includes(ALL);
        const isTold = isAll || tagOf(promised.page).some((name) => names.includes(name));
        if (promised.token !== undefined && promised.inForceAt === Infinity && isTold)
          promised.inForceAt = now;
      }
    },
    died(node) {
      for (const [at, promised] of promises.entries())
        if (promised.node === node) promises[at] = Object.assign(promised, { node: -1 });
    },
    required(page, node, startedAt, fresh) {
      const binding = promises.filter(
        (promised) =>
          promised.page === page &&
          (fresh || promised.mode === 'remove') &&
          (startedAt > promised.inForceAt + maxStaleness ||
            (promised.node === node && startedAt > promised.calledAt)),
      );
      return Math.max(1, ...binding.map(({ version }) => version));
    },
    forgotten: () =>
      promises
        .filter(({ token, inForceAt, node }) => token !== undefined && inForceAt === Infinity && node >= 0)
        .map(({ version }) => version),
    lastToken(page) {
      const last = promises.findLast((promised) => promised.page === page && promised.inForceAt < Infinity);
      if (last?.token === undefined) return undefined;
      const { token, version, mode, inForceAt } = last;
      return { token, version, mode, isInForce: () => last.inForceAt === inForceAt };
    },
  };
}
