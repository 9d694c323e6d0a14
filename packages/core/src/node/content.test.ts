import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RequestContent } from '../http/message.js';
import { contentOf } from './content.js';

/** What came of a request: the content for the key, and what a handler read afterwards. */
interface Outcome {
  readonly content: RequestContent | undefined;
  readonly read: string;
}

type Handler = (req: IncomingMessage) => Promise<Outcome>;

const LIMIT = 100_000;

const readAll: Handler = async (req) => ({ content: await contentOf(req, {}, LIMIT), read: await text(req) });

/** Starts a server with this handler; sends parts of a body; gives what the handler made of it. */
async function outcomeOf(handler: Handler, parts: readonly string[], headers = {}): Promise<Outcome> {
  const server = createServer(async (req, res) => {
    const { content, read } = await handler(req);
    res.end(
      JSON.stringify({ content: typeof content === 'object' ? String(Buffer.from(content)) : content, read }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method: 'QUERY', headers, agent: false });
  for (const part of parts) {
    sent.write(part);
    await new Promise(setImmediate);
  }
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return JSON.parse(await text(response)) as Outcome;
}

describe('the content of a request that nobody has read', () => {
  test.each<[string, readonly string[], object]>([
    ['in one piece', ['{"a":1}'], { 'content-length': 7 }],
    ['in chunks', ['{"a":', '1}', '   '], {}],
    ['longer than the buffer of a stream', ['x'.repeat(30_000), 'y'.repeat(30_000), 'z'.repeat(30_000)], {}],
    ['none', [], { 'content-length': 0 }],
    ['none, in chunks', [], { 'transfer-encoding': 'chunked' }],
  ])('is read for the key, and the handler reads it after that: %s', async (_title, parts, headers) => {
    const whole = parts.join('');
    expect(await outcomeOf(readAll, parts, headers)).toEqual({ content: whole, read: whole });
  });

  test('reaches handlers that listen for data and end', async () => {
    const listening: Handler = async (req) => {
      const content = await contentOf(req, {}, LIMIT);
      let read = '';
      req.on('data', (chunk: Buffer) => (read += String(chunk)));
      await once(req, 'end');
      return { content, read };
    };
    for (const parts of [['a', 'b'], ['a'], []])
      expect(await outcomeOf(listening, parts, { 'transfer-encoding': 'chunked' })).toEqual({
        content: parts.join(''),
        read: parts.join(''),
      });
  });

  test('also when the end of an empty one comes by itself', async () => {
    const seen: unknown[] = [];
    const server = createServer(async (req, res) => {
      seen.push(await contentOf(req, {}, LIMIT));
      req.on('end', () => res.end()).resume();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('QUERY / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n');
    await once(server, 'request');
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write('0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200/);
    expect(seen).toEqual([Buffer.alloc(0)]);
  });

  test('when it is asked for late, after all has arrived', async () => {
    const late: Handler = async (req) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return readAll(req);
    };
    expect(await outcomeOf(late, ['a', 'b'])).toEqual({ content: 'ab', read: 'ab' });
    expect(await outcomeOf(late, [], { 'transfer-encoding': 'chunked' })).toEqual({ content: '', read: '' });
  });

  test('may be asked for twice', async () => {
    const twice: Handler = async (req) => {
      await contentOf(req, {}, LIMIT);
      return readAll(req);
    };
    expect(await outcomeOf(twice, ['ab'])).toEqual({ content: 'ab', read: 'ab' });
  });

  test.each<[string, object]>([
    ['said', { 'content-length': LIMIT + 1 }],
    ['not said', {}],
  ])('is left to the handler when it is more than the limit: %s', async (_title, headers) => {
    const parts = ['x'.repeat(LIMIT), 'y'];
    expect(await outcomeOf(readAll, parts, headers)).toEqual({ read: parts.join('') });
  });

  test('is unknown when the client leaves before all of it has come', async () => {
    const seen: unknown[] = [];
    const server = createServer(
      (req) => void contentOf(req, {}, LIMIT).then((content) => seen.push(content)),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('QUERY / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    await once(server, 'request');
    socket.destroy();
    await expect.poll(() => seen).toEqual([undefined]);
  });
});

describe('the content of a request that a parser has read', () => {
  const parsed =
    (made: object): Handler =>
    async (req) => {
      const read = await text(req);
      return { content: await contentOf(req, made, LIMIT), read };
    };

  test.each<[string, object, string | undefined]>([
    ['what the parser made of it', { body: { a: [1, 'b'] } }, '{"a":[1,"b"]}'],
    [
      'that and the bytes, where they were kept',
      { body: { a: 1 }, rawBody: Buffer.from('hi') },
      '<aGk=>\n{"a":1}',
    ],
    ['nothing, when it made an instance of a class', { body: new Date(0) }, undefined],
    ['nothing, when it left nothing', {}, undefined],
    ['nothing, when it is more than the limit', { body: 'x'.repeat(2 * LIMIT) }, undefined],
  ])('is %s', async (_title, made, content) => {
    expect((await outcomeOf(parsed(made), ['x'])).content).toBe(content);
  });

  test('is unknown of a form: parsers put its files elsewhere', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const made = { body: { name: 'a' }, file: { buffer: Buffer.from('1') } };
    expect((await outcomeOf(parsed(made), ['x'], headers)).content).toBeUndefined();
    expect((await outcomeOf(readAll, ['x'], headers)).content).toBe('x');
  });
});
