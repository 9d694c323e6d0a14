import { createServer as createHttpsLike } from 'node:http';
import { listen, startApp } from '@shelflife/core/testing';
import { describe, expect, test } from 'vitest';
import { createServer, serverClasses } from '../src/index.js';
import { VERSIONS } from './host.js';

describe.each(VERSIONS)('%s: a server of the adapter', (_name, express) => {
  test('gives no request and no response another prototype', async () => {
    const app = express();
    const seen: unknown[] = [];
    const server = createServer(app);
    server.prependListener('request', (req, res) => {
      seen.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
    });
    app.get('/', (req, res) => {
      seen.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
      res.json({ ip: req.ip !== undefined, app: req.app === app });
    });
    const running = await startApp({ name: 'Express', start: () => listen(server) }, []);
    expect((await running.get('/')).text).toBe('{"ip":true,"app":true}');
    expect(seen).toEqual([app.request, app.response, app.request, app.response]);
    expect(seen[0]).toBe(seen[2]);
    expect(seen[1]).toBe(seen[3]);
  });

  test('knows what was and what will be added to the application, also a mounted one', async () => {
    const app = express();
    const inner = express();
    const own = app.request as unknown as Record<string, unknown>;
    own['before'] = 'a';
    app.use(
      '/inner',
      inner.get('/', (req, res) => res.send(`${req.baseUrl} ${String(req.app === inner)}`)),
    );
    const server = createServer(app);
    (app.response as unknown as Record<string, unknown>)['after'] = 'b';
    app.get('/', (req, res) => {
      const [{ before }, { after }] = [req, res] as unknown as [{ before: string }, { after: string }];
      res.send(before + after);
    });
    const running = await startApp({ name: 'Express', start: () => listen(server) }, []);
    expect((await running.get('/')).text).toBe('ab');
    expect((await running.get('/inner')).text).toBe('/inner true');
    expect((await running.get('/')).text).toBe('ab');
  });

  test('has the options it is given, and its classes are the same for each server of an application', () => {
    const app = express();
    const server = createServer(app, { keepAliveTimeout: 1234 });
    expect(server.keepAliveTimeout).toBe(1234);
    expect(serverClasses(app)).toBe(serverClasses(app));
    expect(createHttpsLike(serverClasses(app), app).listenerCount('request')).toBe(1);
  });
});
