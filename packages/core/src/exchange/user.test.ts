import { describe, expect, test } from 'vitest';
import { watchUser } from './user.js';

const PLACES = ['user', 'auth'] as const;

describe('watchUser', () => {
  test.each([undefined, null, 'text', {}, { res: {} }, { res: { locals: null } }])(
    '%j: nobody',
    (request) => {
      const { isLate, isRead } = watchUser(request, false);
      expect([isLate(), isRead()]).toEqual([false, false]);
    },
  );

  test.each([...PLACES, 'session'])('%s that comes later is noticed', (place) => {
    const request = {};
    const { isLate } = watchUser(request, false);
    Object.assign(request, { [place]: {} });
    expect(isLate()).toBe(true);
  });

  test.each(PLACES)('%s that was there is late for nobody, and whoever reads it is noticed', (place) => {
    const request = { [place]: { name: 'Alice' } };
    const { isLate, isRead } = watchUser(request, false);
    expect([isLate(), isRead()]).toEqual([false, false]);
    expect(request[place]).toEqual({ name: 'Alice' });
    expect([isLate(), isRead()]).toEqual([false, true]);
  });

  test('also in res.locals, and by who copies them for a template', () => {
    const request = { res: { locals: { user: 'Alice', title: 'Home' } } };
    const { isRead } = watchUser(request, false);
    expect({ ...request.res.locals }).toEqual({ user: 'Alice', title: 'Home' });
    expect(isRead()).toBe(true);
  });

  test('a session may be looked at, and so may what a rule with `by` vouches for', () => {
    const { isRead } = watchUser({ session: {} }, false);
    const request = { user: 'Alice', session: {} };
    const vouched = watchUser(request, true);
    expect([request.user, request.session, isRead(), vouched.isRead()]).toEqual(['Alice', {}, false, false]);
  });

  test('a property stays what it was: written, inherited, or an accessor', () => {
    class Request {
      kept = 'Alice';
      get user(): string {
        return this.kept;
      }
      set user(name: string) {
        this.kept = name;
      }
    }
    const accessed = new Request();
    const plain = { user: 'Alice' };
    const inheriting = Object.create({ user: 'Alice' }) as { user: string };
    for (const request of [accessed, plain, inheriting]) {
      const { isRead } = watchUser(request, false);
      request.user = 'Bob';
      expect(isRead()).toBe(false);
      expect([request.user, isRead()]).toEqual(['Bob', true]);
    }
    expect(accessed.kept).toBe('Bob');
  });

  test('what cannot be watched counts as read', () => {
    expect(watchUser(Object.freeze({ user: 'Alice' }), false).isRead()).toBe(true);
  });

  test('a getter that throws is nobody', () => {
    const request = {
      get user(): never {
        throw new Error('not now');
      },
    };
    expect(watchUser(request, false).isRead()).toBe(false);
  });
});
