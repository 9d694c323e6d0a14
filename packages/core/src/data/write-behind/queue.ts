/** One write as it lies in a queue. */
export interface QueuedWrite {
  /** Grows with each write. */
  readonly seq: number;
  /** What was written, as bytes that only the source reads. */
  readonly bytes: Uint8Array;
}

/**
 * Where acknowledged writes wait until they are applied, so that a process that is killed loses none. `fileQueue()`
 * makes one; another may lie on a server.
 */
export interface WriteQueue {
  /** The writes that are neither applied nor given up, oldest first. Asked once, before anything is added. */
  open(): Promise<readonly QueuedWrite[]>;
  /** Adds a write behind all others. Resolves to its `seq` when it outlives a crash; rejects when it is not in the queue. */
  add(bytes: Uint8Array): Promise<number>;
  /** These writes are applied and need not be kept. One that is forgotten, by a crash, is applied twice. */
  done(seqs: readonly number[]): Promise<void>;
  /** Puts a write that could not be applied aside, for somebody to look at, and resolves when that outlives a crash. */
  bury(bytes: Uint8Array): Promise<void>;
  /** What was put aside, oldest first. */
  buried(): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}
