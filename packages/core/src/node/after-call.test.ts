import inject from 'light-my-request';
import { expect, test } from 'vitest';
import { afterCall } from './after-call.js';

test('the listener is called once, when the response has been ended and its head is final', async () => {
  const seen: unknown[] = [];
  const { body } = await inject((_req, res) => {
    afterCall(res, 'end', () => seen.push([res.writableEnded, res.headersSent, res.statusCode]));
    res.statusCode = 201;
    res.write('a');
    seen.push('written');
    res.end('b');
    res.end();
  }, '/');
  expect(body).toBe('ab');
  expect(seen).toEqual(['written', [true, true, 201]]);
});
