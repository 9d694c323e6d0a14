import * as fc from 'fast-check';

/** How a handler comes to its answer. */
export interface Handling {
  /** Whether it reads its data when it starts or a moment later. */
  readonly readsLate: boolean;
  readonly pauses: number;
  readonly end: 'complete' | 'stream' | 'abandon' | 'leave' | 'error';
}

export type Way = 'tag' | 'shared' | 'key' | 'path' | 'all' | 'unsafe';

export interface Request {
  readonly do: 'request';
  readonly page: number;
  readonly variant: string;
  readonly handling: Handling;
}

export interface Invalidation {
  readonly do: 'invalidate';
  readonly page: number;
  readonly way: Way;
  readonly mode: 'remove' | 'stale';
}

interface Advance {
  readonly do: 'advance';
  readonly ms: number;
}

export type Step = Request | Invalidation | Advance;

/** What happens in one run. The scheduler of fast-check decides in which order. */
export interface Script {
  readonly actors: readonly (readonly Step[])[];
  readonly varies: boolean;
  /** Requests refresh what is stale themselves: the host has no way back into the application. */
  readonly foreground: boolean;
  readonly store: boolean;
  readonly tiny: boolean;
  /** How the handlers of background refreshes work, one after the other. */
  readonly refreshes: readonly Handling[];
}

const handling = fc.record<Handling>({
  readsLate: fc.boolean(),
  pauses: fc.nat(3),
  end: fc.constantFrom('complete', 'complete', 'complete', 'stream', 'abandon', 'leave', 'error'),
});
// Mostly one page: things should meet.
const page = fc.constantFrom(0, 0, 0, 1);
const request = fc.record<Request>({
  do: fc.constant('request'),
  page,
  variant: fc.constantFrom('a', 'b'),
  handling,
});
const invalidation = fc.record<Invalidation>({
  do: fc.constant('invalidate'),
  page,
  way: fc.constantFrom('tag', 'shared', 'key', 'path', 'all', 'unsafe'),
  mode: fc.constantFrom('remove', 'stale'),
});
const advance = fc.record<Advance>({
  do: fc.constant('advance'),
  ms: fc.constantFrom(500, 1001, 5000, 11_000, 11_000, 11_000, 31_000),
});

/** Scripts of up to four actors. */
export const scripts: fc.Arbitrary<Script> = fc.record({
  actors: fc.array(
    fc.array(fc.oneof({ arbitrary: request, weight: 6 }, { arbitrary: invalidation, weight: 2 }, advance), {
      minLength: 2,
      maxLength: 8,
    }),
    { minLength: 2, maxLength: 4 },
  ),
  varies: fc.boolean(),
  foreground: fc.boolean(),
  store: fc.boolean(),
  tiny: fc.boolean(),
  refreshes: fc.array(handling, { minLength: 1, maxLength: 4 }),
});
