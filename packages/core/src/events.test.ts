import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CacheEvent, createEmitter } from './events.js';

const HIT = { url: '/', ttl: 1000, collapsed: false };

describe('listeners', () => {
  test('hear their type, in the order they came', () => {
    const events = createEmitter();
    const heard: string[] = [];
    events.on('hit', ({ type, ttl }) => heard.push(`first ${type} ${ttl}`));
    events.on('hit', () => heard.push('second'));
    events.on('refresh', () => heard.push('refresh'));
    events.emit('hit', HIT);
    expect(heard).toEqual(['first hit 1000', 'second']);
  });

  test(`of '*' hear everything, with its type`, () => {
    const events = createEmitter();
    const heard: CacheEvent[] = [];
    events.on('*', (event) => heard.push(event));
    events.emit('hit', HIT);
    events.emit('refresh', { url: '/' });
    expect(heard).toEqual([
      { type: 'hit', ...HIT },
      { type: 'refresh', url: '/' },
    ]);
  });

  test('hear nothing any more once they stopped, and others still do', () => {
    const events = createEmitter();
    const [stays, leaves] = [vi.fn<() => void>(), vi.fn<() => void>()];
    events.on('hit', stays);
    const stop = events.on('hit', leaves);
    stop();
    stop();
    events.emit('hit', HIT);
    expect([stays.mock.calls.length, leaves.mock.calls.length]).toEqual([1, 0]);
  });

  test('that throw become a warning of the process; the others are told all the same', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const events = createEmitter();
    const [second, all] = [vi.fn<() => void>(), vi.fn<() => void>()];
    events.on('hit', () => {
      throw new Error('on purpose');
    });
    events.on('hit', second);
    events.on('*', all);
    expect(() => events.emit('hit', HIT)).not.toThrow();
    expect([second.mock.calls.length, all.mock.calls.length]).toEqual([1, 1]);
    expect(warn.mock.calls).toEqual([
      [`a listener of the cache event 'hit' threw: Error: on purpose`, 'ShelflifeWarning'],
    ]);
  });

  test('may stop one another while they are told', () => {
    const events = createEmitter();
    const second = vi.fn<() => void>();
    let stopSecond = (): void => {};
    events.on('hit', () => stopSecond());
    stopSecond = events.on('hit', second);
    events.emit('hit', HIT);
    expect(second).not.toHaveBeenCalled();
  });
});

describe('wants', () => {
  test('is true for what somebody listens to', () => {
    const events = createEmitter();
    expect(events.wants('hit')).toBe(false);
    const stop = events.on('hit', () => {});
    expect([events.wants('hit'), events.wants('stored')]).toEqual([true, false]);
    stop();
    expect(events.wants('hit')).toBe(false);
    events.on('*', () => {});
    expect([events.wants('hit'), events.wants('stored')]).toEqual([true, true]);
  });

  test('events of one cache are not those of another', () => {
    const [one, other] = [createEmitter(), createEmitter()];
    one.on('*', () => {});
    expect(other.wants('hit')).toBe(false);
  });
});

test('diagnostics_channel has them under shelflife:<type>, without any listener', () => {
  const heard: unknown[] = [];
  const listen = (message: unknown, name: string | symbol): void => void heard.push([name, message]);
  subscribe('shelflife:hit', listen);
  onTestFinished(() => void unsubscribe('shelflife:hit', listen));
  const events = createEmitter();
  expect([events.wants('hit'), events.wants('refresh')]).toEqual([true, false]);
  events.emit('hit', HIT);
  events.emit('refresh', { url: '/' });
  expect(heard).toEqual([['shelflife:hit', { type: 'hit', ...HIT }]]);
  unsubscribe('shelflife:hit', listen);
  expect(channel('shelflife:hit').hasSubscribers).toBe(false);
  expect(events.wants('hit')).toBe(false);
});
