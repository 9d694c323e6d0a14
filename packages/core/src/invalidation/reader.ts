import type { Clock } from '../clock.js';
import { within } from '../store/deadline.js';
import type { Follower, PageState } from './follower.js';
import type { LogTransport } from './transport.js';
import type { Trust } from './trust.js';

/** Reads the log and applies what it finds. */
export interface LogReader {
  /**
   * One read from the present position, which waits up to `waitMs` for something new. `more`: there was more than
   * fits one page. `good`: all is known that had happened when the read was sent, and trust is renewed from then.
   * Rejects when there is no answer within `limitMs`.
   */
  read(waitMs: number, limitMs: number): Promise<PageState | 'more'>;
  /** Whether the log has been read to its end once. */
  readonly isLoaded: boolean;
}

const PAGE = 500;

/** `missed`: told when records were missing, so that the floor rose. */
export function createLogReader(rooms: {
  readonly transport: LogTransport;
  readonly clock: Clock;
  readonly follower: Follower;
  readonly trust: Trust;
  readonly missed: () => void;
}): LogReader {
  const { transport, clock, follower, trust } = rooms;
  let isLoaded = false;
  return {
    async read(waitMs, limitMs) {
      const sentAt = clock.now();
      const { position, known } = follower;
      const page = await within(clock, limitMs, () => transport.read(position, PAGE, waitMs));
      const { gaps } = follower;
      const state = follower.apply(page, known);
      if (follower.gaps > gaps) rooms.missed();
      if (state !== 'good') return state;
      if (page.records.length >= PAGE) return 'more';
      isLoaded = true;
      trust.renew(sentAt);
      return 'good';
    },
    get isLoaded() {
      return isLoaded;
    },
  };
}
