import { fieldValue, headersOf } from '../http/fields.js';
import { fieldsOf, setHead } from './head.js';
import type { Responses } from './host.js';
import { bufferOf, capturePayload, type TakePayload } from './payload.js';

/** How a framework answers that shows each payload to hooks before it sends it. */
export interface HookedResponses<Res> extends Pick<Responses<Res>, 'node' | 'head'> {
  /** Sends no payload: its hooks run. */
  runHooks(res: Res): void;
  /** Calls a listener as soon as a handler says that it will write to Node's response itself. */
  onHijack(res: Res, listener: () => void): void;
}

/** What becomes of the payloads of such a framework. */
export interface HandOver<Res> {
  readonly responses: Omit<Responses<Res>, 'leave'>;
  /** For its hook: calls `send` with what goes out in place of a payload. */
  readonly take: (res: Res, ...payload: Parameters<TakePayload>) => void;
  /** An error handler will answer in place of what was about to go out. */
  readonly giveWay: (res: Res) => void;
}

interface Taker {
  readonly take: TakePayload;
  readonly giveWay?: () => void;
}

const asItIs: TakePayload = (payload, send) => send(payload);

/** Keeps what is to be done with the payload of each response until a hook of the framework hands it over. */
export function createHandOver<Res extends object>(host: HookedResponses<Res>): HandOver<Res> {
  const takers = new WeakMap<Res, Taker>();

  const responses: HandOver<Res>['responses'] = {
    ...host,
    /**
     * Through the hooks of this request: those that come before the cache's own see head and no body, as with a
     * redirect, because what they do to bodies was done before it was stored; those behind it get the body.
     */
    send(res, reply) {
      const head = host.head(res);
      setHead(head, reply);
      takers.set(res, {
        take(_nothing, send) {
          takers.delete(res);
          head.setStatus(reply.status, reply.reason ?? '');
          // Of a body the framework sets it from what later hooks make of that.
          const length = fieldValue(headersOf(reply.lines), 'content-length');
          head.removeField('content-length');
          if (host.node(res).req.method === 'HEAD' && length !== undefined)
            head.setField('content-length', length);
          send(bufferOf(reply.body));
        },
        giveWay() {
          takers.delete(res);
          for (const [name] of fieldsOf(reply.lines)) head.removeField(name);
        },
      });
      host.runHooks(res);
    },
    capture(res, capture, narrowed) {
      host.onHijack(res, () => capture.hijacked());
      takers.set(res, { take: capturePayload(host.node(res), host.head(res), capture, narrowed) });
    },
  };

  return {
    responses,
    take: (res, payload, send) => (takers.get(res)?.take ?? asItIs)(payload, send),
    giveWay: (res) => takers.get(res)?.giveWay?.(),
  };
}
