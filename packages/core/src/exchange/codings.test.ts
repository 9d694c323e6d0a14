import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { createCache } from '../cache.js';
import { headersOf } from '../http/fields.js';
import type { RequestView, StoredResponse } from '../http/message.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { headOf, storedResponse, viewOf } from '../testing/made.js';
import { type Codings, createCodings } from './codings.js';

const TEXT = Buffer.from('long text '.repeat(1000));

function page(body: Uint8Array = Buffer.from(TEXT)): StoredResponse {
  const lines = ['Content-Type', 'text/plain', 'ETag', '"a"', 'Vary', 'Accept-Encoding'];
  return storedResponse({ lines, headers: headersOf(lines), body });
}

const view = (headers: Record<string, string> = { 'accept-encoding': 'gzip' }): RequestView =>
  viewOf({ headers });

describe('createCodings', () => {
  let clock: FakeClock;
  let held: Set<StoredResponse>;
  let recharged: number;
  let hasRoom: boolean;
  let codings: Codings;

  beforeEach(() => {
    clock = fakeClock();
    held = new Set();
    recharged = 0;
    hasRoom = true;
    codings = createCodings(clock, {
      holds: (_key, response) => held.has(response),
      recharge(_key, _response, forget) {
        recharged += 1;
        if (!hasRoom) forget();
      },
    });
  });

  const keep = (response: StoredResponse): StoredResponse => {
    held.add(response);
    return response;
  };

  test('the first request waits, the next is answered at once with the same form', async () => {
    const stored = keep(page());
    const first = codings.choose('k', stored, view());
    expect(first).toBeInstanceOf(Promise);
    const form = await first;
    expect(gunzipSync(form.body).equals(TEXT)).toBe(true);
    expect(form.headers).toMatchObject({ 'content-encoding': 'gzip', etag: '"a-gzip"' });
    expect(codings.choose('k', stored, view())).toBe(form);
    expect(codings.sizeOf(stored.body)).toBe(form.body.byteLength);
    expect(recharged).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test('requests that come meanwhile wait for the same coding', async () => {
    const stored = keep(page());
    const asked = Array.from({ length: 20 }, async () => codings.choose('k', stored, view()));
    const forms = await Promise.all(asked);
    expect(new Set(forms).size).toBe(1);
    expect(recharged).toBe(1);
  });

  test('who has waited for a tenth of a second gets the plain body', async () => {
    const stored = keep(page());
    const asked = codings.choose('k', stored, view());
    clock.advance(100);
    expect(await asked).toBe(stored);
    await expect.poll(() => codings.sizeOf(stored.body)).toBeGreaterThan(0);
    expect(codings.choose('k', stored, view())).toMatchObject({ coded: true });
  });

  test('three are made at once, others are sent as they are meanwhile', async () => {
    const responses = Array.from({ length: 4 }, () => keep(page()));
    const asked = responses.map((response) => codings.choose('k', response, view()));
    expect(asked.map((one) => one instanceof Promise)).toEqual([true, true, true, false]);
    expect(asked[3]).toBe(responses[3]);
    for (const one of asked) await one;
    expect(await codings.choose('k', responses[3]!, view())).toMatchObject({ coded: true });
  });

  test('what the memory tier does not hold is not coded', () => {
    const stored = page();
    expect(codings.choose('k', stored, view())).toBe(stored);
  });

  test('a coding that finds no room is given up for good', async () => {
    hasRoom = false;
    const stored = keep(page());
    expect(await codings.choose('k', stored, view())).toBe(stored);
    expect(codings.sizeOf(stored.body)).toBe(0);
    expect(codings.choose('k', stored, view())).toBe(stored);
  });

  test('a body that gets no smaller is sent as it is from then on', async () => {
    let state = 7;
    const noise = Buffer.from(
      Array.from({ length: 2000 }, () => (state = (state * 16_807) % 2_147_483_647) & 255),
    );
    const stored = keep(page(noise));
    expect(await codings.choose('k', stored, view())).toBe(stored);
    expect(codings.choose('k', stored, view())).toBe(stored);
    expect(recharged).toBe(1);
  });

  test('a response with the same body, validated anew, has its codings with fields of its own', async () => {
    const stored = keep(page());
    const { body } = await codings.choose('k', stored, view());
    const again = keep({ ...stored, lines: [...stored.lines, 'X-New', '1'] });
    const form = codings.choose('k', again, view());
    expect(form).toMatchObject({ body, coded: true });
    expect((form as StoredResponse).headers['x-new']).toBe('1');
  });

  test.each<[string, Record<string, string>]>([
    ['without Accept-Encoding', {}],
    ['that refuses', { 'accept-encoding': 'gzip;q=0' }],
    ['for a part', { 'accept-encoding': 'gzip', range: 'bytes=0-1' }],
  ])('a request %s gets the plain body at once', (_what, headers) => {
    const stored = keep(page());
    expect(codings.choose('k', stored, view(headers))).toBe(stored);
  });

  test('a response that was stored without Vary: Accept-Encoding is left alone', () => {
    const lines = ['Content-Type', 'text/plain'];
    const stored = keep(storedResponse({ lines, headers: headersOf(lines), body: TEXT }));
    expect(codings.choose('k', stored, view())).toBe(stored);
  });
});

test('what is removed while its coding is being made says how long it was fresh when it was asked for', async () => {
  const cache = createCache({ clock: fakeClock() });
  const rule = cache.rule({ ttl: '1m', compress: true });
  const asking = viewOf({ headers: { host: 'shop', 'accept-encoding': 'gzip' } });
  const filled = await cache.open(asking, rule);
  const head = headOf(200, { 'content-type': 'text/plain' });
  if (filled.action === 'forward') filled.capture?.complete(head, Buffer.alloc(5000, 'a')).sink.end(head);
  const asked = cache.open(asking, rule);
  const removed = cache.invalidate({ all: true });
  const answer = await asked;
  expect(asked).toBeInstanceOf(Promise);
  expect(answer.action === 'reply' && answer.reply.headers['content-encoding']).toBe('gzip');
  expect(answer.action === 'reply' && answer.reply.lines.join(' ')).toContain('shelflife; hit; ttl=60');
  await removed;
  await cache.close();
});

test('what a rule that does not compress has learnt of Accept-Encoding keeps nobody from the hits of one that does', async () => {
  const cache = createCache({ clock: fakeClock() });
  const asking = (accept: string): RequestView =>
    viewOf({ headers: { host: 'shop', 'accept-encoding': accept } });
  const fill = async (compress: boolean, accept: string): Promise<void> => {
    const outcome = await cache.open(asking(accept), cache.rule({ ttl: '1m', compress }));
    const head = headOf(200, { 'content-type': 'text/plain', vary: 'Accept-Encoding' });
    if (outcome.action === 'forward') outcome.capture?.complete(head, Buffer.from(TEXT)).sink.end(head);
  };
  await fill(false, 'br');
  await fill(true, 'gzip');
  expect((await cache.open(asking('gzip'), cache.rule({ ttl: '1m', compress: true }))).action).toBe('reply');
  await cache.close();
});
