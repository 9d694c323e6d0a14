import type { Rule } from '@shelflife/core';

/** What a worker is started with. */
export interface WorkerOptions {
  /** One of them: a server, a Sentinel, or nodes of a Cluster. */
  readonly redis: {
    readonly url?: string;
    readonly sentinel?: { readonly name: string; readonly port: number };
    readonly nodes?: readonly { readonly host: string; readonly port: number }[];
  };
  readonly maxStaleness: '0' | `${number}s`;
  readonly durability?: 'primary' | 'replicated';
  readonly rule?: Rule;
  /** How far its clock is from that of the others. */
  readonly clockOffsetMs?: number;
  /** How long its handler takes, from and to. */
  readonly renderMs?: readonly [number, number];
}

/** The body of an item: it says what it is an answer to and when its handler began, so that any answer can be checked. */
export interface Rendered {
  readonly id: string;
  /** {@link now} when the handler began. */
  readonly began: number;
  readonly pid: number;
  /** SHA-1 of the above. */
  readonly sum: string;
  readonly padding: string;
}

/** What a worker says of an invalidation: when it was called, and when it was acknowledged. */
export interface Invalidated {
  readonly called: number;
  /** Absent: it was not. */
  readonly acked?: number;
  readonly token?: string;
}

/** Milliseconds of the clock that all processes of a machine share; it neither jumps nor stops for a paused process. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
