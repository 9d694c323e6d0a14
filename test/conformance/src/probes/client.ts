import { type IncomingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';

/** A request of a probe. */
export interface Asked {
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `?a=1`. */
  readonly query?: string;
  /** Called as the body comes in. */
  readonly onData?: (socket: Socket) => void;
}

/** What came back. */
export interface Got {
  /** 0 when the connection ended before there was one. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Whether the answer came to its end. */
  readonly isWhole: boolean;
}

/** Sends a request over a connection of its own. Never rejects: a connection that breaks down is an answer as well. */
export function send(url: string, { method = 'GET', headers = {}, onData }: Asked = {}): Promise<Got> {
  return new Promise((resolve) => {
    const asking = request(url, { method, headers, agent: false });
    const nothing: Got = { status: 0, headers: {}, body: Buffer.alloc(0), text: '', isWhole: false };
    asking.on('error', () => resolve(nothing));
    asking.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        onData?.(answer.socket);
      });
      answer.on('error', () => {});
      answer.on('close', () => {
        const body = Buffer.concat(chunks);
        const { statusCode: status = 0, headers: got, complete: isWhole } = answer;
        resolve({ status, headers: got, body, text: body.toString('latin1'), isWhole });
      });
    });
    asking.setTimeout(5000, () => asking.destroy());
    asking.end();
  });
}
