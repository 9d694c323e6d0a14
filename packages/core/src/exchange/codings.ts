import type { Clock } from '../clock.js';
import {
  acceptedCodings,
  codedLines,
  type Coding,
  isCodable,
  LEAST_CODED,
  variesByCoding,
} from '../http/coding.js';
import { fieldValue, headersOf } from '../http/fields.js';
import type { RequestView, StoredResponse } from '../http/message.js';
import { conditionalStatus } from '../http/preconditions.js';
import { within } from '../store/deadline.js';
import { ENCODERS, OFFERED } from './encoders.js';
import type { Storage } from './storage.js';

/** A stored response as it is sent: as it is, or with its body coded by the cache. */
export type Form = StoredResponse & { readonly coded?: true };

/** The content codings of stored responses (rule option `compress`), made when a request first asks for them. */
export interface Codings {
  /**
   * The form of a stored response that suits a request best. A promise only while its coding is being made; that is
   * waited for a tenth of a second, then the body is sent as it is.
   */
  choose(key: string, stored: StoredResponse, view: RequestView): Form | Promise<Form>;
  /** Bytes of all codings that were made of a body. */
  sizeOf(body: Uint8Array): number;
  /** Whether it was tried to make one of this very array. */
  knows(body: Uint8Array): boolean;
}

/** A coding of a body that is there, that is being made, or that is not worth having. */
type Made = Uint8Array | Promise<void> | 'no gain';

/** Each takes a thread of the pool that files and DNS use as well, which has four by default. */
const MAX_RUNNING = 3;

const WAIT_MS = 100;

const NOTHING = new Uint8Array(0);

/** `storage` says what is held in memory: for other responses a coding would be made over and over. */
export function createCodings(clock: Clock, storage: Pick<Storage, 'holds' | 'recharge'>): Codings {
  // By body and by response: a response that was validated anew has the body of the one before.
  const bodies = new WeakMap<Uint8Array, Map<Coding, Made>>();
  const forms = new WeakMap<StoredResponse, Map<Coding, Form> | undefined>();
  let running = 0;

  function formsOf(stored: StoredResponse): Map<Coding, Form> | undefined {
    if (!forms.has(stored)) forms.set(stored, mayBeCoded(stored) ? new Map() : undefined);
    return forms.get(stored);
  }

  function madeOf(body: Uint8Array): Map<Coding, Made> {
    const made = bodies.get(body) ?? new Map<Coding, Made>();
    bodies.set(body, made);
    return made;
  }

  function formOf(stored: StoredResponse, coding: Coding, body: Uint8Array): Form {
    const known = formsOf(stored)?.get(coding);
    if (known !== undefined) return known;
    const form = coded(stored, coding, body);
    formsOf(stored)?.set(coding, form);
    return form;
  }

  async function make(key: string, stored: StoredResponse, coding: Coding): Promise<void> {
    const made = madeOf(stored.body);
    running += 1;
    try {
      const bytes = await ENCODERS.get(coding)!(stored.body);
      made.set(coding, bytes.byteLength < stored.body.byteLength ? bytes : 'no gain');
    } catch {
      made.set(coding, 'no gain');
    }
    running -= 1;
    storage.recharge(key, stored, () => made.set(coding, 'no gain'));
  }

  async function wait(making: Promise<void>, stored: StoredResponse, coding: Coding): Promise<Form> {
    await within(clock, WAIT_MS, () => making).catch(() => undefined);
    const made = madeOf(stored.body).get(coding);
    return made instanceof Uint8Array ? formOf(stored, coding, made) : stored;
  }

  function start(key: string, stored: StoredResponse, coding: Coding): Promise<void> | undefined {
    if (running >= MAX_RUNNING || !storage.holds(key, stored)) return undefined;
    const making = make(key, stored, coding);
    madeOf(stored.body).set(coding, making);
    return making;
  }

  return {
    choose(key, stored, view) {
      const accept = fieldValue(view.headers, 'accept-encoding');
      if (accept === undefined || formsOf(stored) === undefined) return stored;
      const made = madeOf(stored.body);
      const accepted = acceptedCodings(accept, OFFERED);
      // Parts are made of the plain body only: two processes may code one body into different bytes.
      const isPart = view.headers['range'] !== undefined && accepted.includes('identity');
      const coding = isPart ? undefined : accepted.find((each) => made.get(each) !== 'no gain');
      if (coding === undefined || coding === 'identity') return stored;
      const ready = made.get(coding);
      if (ready instanceof Uint8Array) return formOf(stored, coding, ready);
      // Who has this coding already need not wait for it to be made again.
      const head = coded(stored, coding, NOTHING);
      if (conditionalStatus(view.method, view.headers, head) === 304) return head;
      const making = ready instanceof Promise ? ready : start(key, stored, coding);
      return making === undefined ? stored : wait(making, stored, coding);
    },
    knows: (body) => (bodies.get(body)?.size ?? 0) > 0,
    sizeOf(body) {
      let size = 0;
      for (const made of bodies.get(body)?.values() ?? [])
        if (made instanceof Uint8Array) size += made.byteLength;
      return size;
    },
  };
}

// Without that Vary it was stored for a rule that does not compress, and caches downstream would not know.
function mayBeCoded({ headers, body }: StoredResponse): boolean {
  return body.byteLength >= LEAST_CODED && isCodable(headers) && variesByCoding(headers);
}

function coded(stored: StoredResponse, coding: Coding, body: Uint8Array): Form {
  const lines = codedLines(stored.lines, coding, body.byteLength);
  return { ...stored, lines, headers: headersOf(lines), body, coded: true };
}
