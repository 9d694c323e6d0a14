import { expect, type Mock, test, vi } from 'vitest';
import { createCache } from '../cache.js';
import { fakeClock, gate } from '../testing/index.js';
import { type Call, createMethods, type Method, type Methods } from './methods.js';

class Service {
  readonly tenant: string = 'a';
}

const method: Method = { type: Service, name: 'find' };

/** Methods on a cache of their own, and calls that count. */
function make(): {
  readonly methods: Methods;
  readonly cache: ReturnType<typeof createCache>;
  readonly warn: Mock<(problem: string) => void>;
  readonly call: (...args: readonly unknown[]) => Call;
  readonly runs: () => number;
} {
  const cache = createCache({ clock: fakeClock() });
  const warn = vi.fn<(problem: string) => void>();
  let runs = 0;
  const on = new Service();
  const call = (...args: readonly unknown[]): Call => ({ on, args, run: async () => ({ run: ++runs }) });
  return { methods: createMethods(cache, warn), cache, warn, call, runs: () => runs };
}

test('a value is kept by class, method and arguments', async () => {
  const { methods, call } = make();
  const find = methods.cached({ ttl: '1m' }, method);
  const count = methods.cached({ ttl: '1m' }, { ...method, name: 'count' });
  expect([await find(call(1)), await find(call(1)), await find(call(2)), await count(call(1))]).toEqual([
    { run: 1 },
    { run: 1 },
    { run: 2 },
    { run: 3 },
  ]);
});

test('key, bypass and tags are asked on the object, with arguments and result', async () => {
  const { methods, cache, call, runs } = make();
  const seen: unknown[] = [];
  const find = methods.cached(
    {
      ttl: '1m',
      key(this: Service, [id]: [string]) {
        return [this.tenant, id];
      },
      bypass: ([id]: [string]) => id === 'never',
      tags(this: Service, args: unknown, result: unknown) {
        seen.push([this.tenant, args, result]);
        return ['all'];
      },
    },
    method,
  );
  for (const id of ['1', '1', 'never', 'never']) await find(call(id));
  expect([runs(), seen]).toEqual([3, [['a', ['1'], { run: 1 }]]]);
  expect(await cache.get(['a', '1'])).toEqual({ run: 1 });
  await cache.invalidate({ tags: ['all'] });
  expect(await cache.get(['a', '1'])).toBeUndefined();
});

test.each<[string, object, readonly unknown[]]>([
  ['arguments without a text', { ttl: '1m' }, [new Service()]],
  ['a key that throws', { ttl: '1m', key: () => [].at(0)!['x'] }, []],
  ['a key that is none', { ttl: '1m', key: () => '' }, []],
  ['tags that throw', { ttl: '1m', tags: () => [].at(0)!['x'] }, []],
])('%s: the call runs, and that is said once', async (_title, rule, args) => {
  const { methods, warn, call } = make();
  const find = methods.cached(rule, method);
  expect([await find(call(...args)), await find(call(...args))]).toEqual([{ run: 1 }, { run: 2 }]);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^Service\.find\(\) is not cached: /));
});

test('two classes of one name do not share values', async () => {
  const { methods, warn, call } = make();
  await methods.cached({ ttl: '1m' }, method)(call(1));
  const second = methods.cached({ ttl: '1m' }, { type: { name: 'Service' }, name: 'find' });
  expect(await second(call(1))).toEqual({ run: 2 });
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('another class of this name'));
});

test('a put runs always and replaces what is stored, unless that was invalidated meanwhile', async () => {
  const { methods, cache, call } = make();
  const save = methods.put(
    { ttl: '1m', key: (_args: unknown, { run }: { run: number }) => `k${run}` },
    method,
  );
  await save(call());
  await save(call());
  expect([await cache.get('k1'), await cache.get('k2')]).toEqual([{ run: 1 }, { run: 2 }]);
  const { opened, open } = gate();
  const saving = save({ ...call(), run: async () => (await opened, { run: 1 }) });
  await cache.invalidate({ keys: ['k1'] });
  open();
  await saving;
  expect(await cache.get('k1')).toBeUndefined();
});

test('an eviction comes after the call, and with before: true also when it fails', async () => {
  const { methods, cache, call } = make();
  const failing = { ...call('k'), run: () => Promise.reject(new Error('on purpose')) };
  const keys = ([key]: [string]): readonly string[] => [key];
  await cache.set('k', 1, { ttl: '1m' });
  await expect(methods.evicting({ keys })(failing)).rejects.toThrow('on purpose');
  expect(await cache.get('k')).toBe(1);
  await expect(methods.evicting({ keys, before: true })(failing)).rejects.toThrow('on purpose');
  expect(await cache.get('k')).toBeUndefined();
  await cache.set('k', 1, { ttl: '1m' });
  await methods.evicting({ keys })(call('k'));
  expect(await cache.get('k')).toBeUndefined();
  expect(await methods.evicting({ tags: () => [] })(call())).toEqual({ run: 2 });
});

test.each<[object | string, RegExp]>([
  [{}, /Service\.find: how long is a value fresh/],
  [{ ttl: '1m', vary: ['accept'] }, /Service\.find\.vary: unknown option/],
  [{ ttl: 5 }, /ttl/],
  ['missing', /no profile 'missing'/],
])('%j is an error at once', (rule, message) => {
  expect(() => make().methods.cached(rule, method)).toThrow(message);
});
