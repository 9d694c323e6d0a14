import { expect, test } from 'vitest';
import { hopByHopNames } from './hop-by-hop.js';

test.each(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'proxy-connection'])(
  '%s is hop by hop (RFC 9110 section 7.6.1)',
  (name) => {
    expect(hopByHopNames({}).has(name)).toBe(true);
  },
);

test.each(['proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'])(
  '%s is for the proxy alone (RFC 9111 section 3.1)',
  (name) => {
    expect(hopByHopNames({}).has(name)).toBe(true);
  },
);

test('names that Connection lists are added, in any letter case and on any line', () => {
  const names = hopByHopNames({ connection: ['close, X-One', 'x-TWO'] });
  expect(names.has('x-one') && names.has('x-two') && names.has('keep-alive')).toBe(true);
});

test.each(['content-length', 'Host', 'vary', 'Cache-Control', 'set-cookie', 'content-encoding'])(
  'Connection cannot name %s away',
  (name) => {
    expect(hopByHopNames({ connection: `close, ${name}` }).has(name.toLowerCase())).toBe(false);
  },
);

test('what one message names does not stick to the next', () => {
  hopByHopNames({ connection: 'x-once' });
  expect(hopByHopNames({}).has('x-once')).toBe(false);
  expect(hopByHopNames({ connection: 'close' }).has('x-once')).toBe(false);
});
