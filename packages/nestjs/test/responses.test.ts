import { Readable } from 'node:stream';
import {
  type ArgumentsHost,
  Catch,
  ClassSerializerInterceptor,
  Controller,
  type ExceptionFilter,
  Get,
  Header,
  HttpCode,
  type MessageEvent,
  NotFoundException,
  Param,
  Query,
  Redirect,
  Req,
  Res,
  Sse,
  StreamableFile,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import { Exclude } from 'class-transformer';
import { of } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { Cacheable } from '../src/index.js';
import { PLATFORMS, startNest, statusOf } from './app.js';

let calls = 0;
beforeEach(() => {
  calls = 0;
});

class User {
  @Exclude() readonly password = 'secret';
  constructor(readonly name: string) {}
}

@Catch(NotFoundException)
class TeapotFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    const response = host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: unknown): void } }>();
    response.status(404).send({ filtered: true, calls });
  }
}

interface Sending {
  status(code: number): Sending;
  header(name: string, value: string): Sending;
  send(body: unknown): void;
}

@Controller('pages')
class PagesController {
  @Get('json') @Cacheable({ ttl: '1m' }) json(): object {
    return { calls: ++calls };
  }

  @Get('text') @Cacheable({ ttl: '1m' }) text(): string {
    return `run ${++calls}`;
  }

  @Cacheable({ ttl: '1m' }) @Get('below') below(): string {
    return `run ${++calls}`;
  }

  @Get('coded')
  @HttpCode(203)
  @Header('X-Own', 'yes')
  @Header('Content-Type', 'text/csv')
  @Cacheable({ ttl: '1m' })
  coded(): string {
    return `run,${++calls}`;
  }

  @Get('long') @Header('Content-Type', 'text/html') @Cacheable({ ttl: '1m', compress: true }) long(): string {
    return 'long text '.repeat(1000);
  }

  @Get('moved') @Redirect('/elsewhere', 301) @Cacheable({ ttl: '1m' }) moved(): void {
    calls++;
  }

  @Get('response') @Cacheable({ ttl: '1m' }) response(@Res() response: Sending): void {
    response.status(203).header('X-Own', 'yes').send(`run ${++calls}`);
  }

  @Get('passthrough') @Cacheable({ ttl: '1m' }) passthrough(
    @Res({ passthrough: true }) response: Sending,
  ): string {
    response.header('X-Own', 'yes');
    return `run ${++calls}`;
  }

  @Get('file') @Cacheable({ ttl: '1m' }) file(): StreamableFile {
    calls++;
    return new StreamableFile(Readable.from([Buffer.from('one, '), Buffer.from([0, 255])]), {
      type: 'image/png',
      disposition: 'attachment; filename="a.png"',
    });
  }

  @Get('user') @UseInterceptors(ClassSerializerInterceptor) @Cacheable({ ttl: '1m' }) user(): User {
    calls++;
    return new User('Ada');
  }

  @Get('missing') @UseFilters(TeapotFilter) @Cacheable({ ttl: '1m', negativeTtl: '1m' }) missing(): never {
    calls++;
    throw new NotFoundException();
  }

  @Get('later') @Cacheable({ ttl: '1m' }) async later(): Promise<object> {
    await Promise.resolve();
    return { calls: ++calls };
  }

  @Get('observable') @Cacheable({ ttl: '1m' }) observable(): unknown {
    return of({ calls: ++calls });
  }

  @Get('told') @Cacheable() told(@Req() request: { cache: { ttl(d: string): void } }): object {
    request.cache.ttl('1m');
    return { calls: ++calls };
  }

  @Get('of/:id') @Cacheable({ ttl: '1m', query: { allow: ['page'] } }) one(
    @Param('id') id: string,
    @Query() query: object,
  ): object {
    return { id, query, calls: ++calls };
  }

  @Sse('events') @Cacheable({ ttl: '1m' }) events(): unknown {
    return of<MessageEvent>({ data: { calls: ++calls } });
  }
}

describe.each(PLATFORMS)('what Nest sends on %s is stored as it is sent:', (platform) => {
  test.each([
    ['json', 'an object'],
    ['text', 'a text'],
    ['below', 'with @Cacheable() above @Get()'],
    ['coded', '@HttpCode() and @Header()'],
    ['moved', '@Redirect()'],
    ['response', '@Res()'],
    ['passthrough', '@Res({ passthrough: true })'],
    ['file', 'StreamableFile'],
    ['user', 'class-transformer'],
    ['missing', 'an exception filter'],
    ['later', 'a promise'],
    ['observable', 'an Observable'],
    ['told', 'with a lifetime from the handler'],
  ])('/%s: %s', async (path) => {
    const { get } = await startNest(platform, { controllers: [PagesController] });
    const miss = await get(`/pages/${path}`).redirects(0);
    const hit = await get(`/pages/${path}`).redirects(0);
    expect([statusOf(miss), statusOf(hit)]).toEqual(['fwd=miss; stored', 'hit; ttl=60']);
    expect(calls).toBe(1);
    expect(hit.status).toBe(miss.status);
    expect([hit.text, hit.body]).toEqual([miss.text, miss.body]);
    for (const name of ['content-type', 'content-disposition', 'x-own', 'location', 'date'])
      expect([name, hit.headers[name]]).toEqual([name, miss.headers[name]]);
  });

  test('a rule that compresses knows the type by @Header()', async () => {
    const { get } = await startNest(platform, { controllers: [PagesController] });
    const coding = { 'Accept-Encoding': 'gzip' };
    const [miss, hit] = [await get('/pages/long', coding), await get('/pages/long', coding)];
    expect([miss.headers['content-encoding'], hit.headers['content-encoding']]).toEqual([undefined, 'gzip']);
    expect([hit.text, statusOf(hit)]).toEqual([miss.text, 'hit; ttl=60']);
  });

  test('what class-transformer excludes stays out of the cache', async () => {
    const { get } = await startNest(platform, { controllers: [PagesController] });
    await get('/pages/user');
    expect((await get('/pages/user')).body).toEqual({ name: 'Ada' });
  });

  test('parameters and queries are told apart, and what does not count is hidden from the handler', async () => {
    const { get } = await startNest(platform, { controllers: [PagesController] });
    const first = { id: '1', query: { page: '2' }, calls: 1 };
    expect((await get('/pages/of/1?page=2&utm_source=x')).body).toEqual(first);
    expect((await get('/pages/of/1?utm_source=y&page=2')).body).toEqual(first);
    expect((await get('/pages/of/2?page=2')).body).toEqual({ ...first, id: '2', calls: 2 });
  });

  test('20 requests at once run the handler once', async () => {
    const { get } = await startNest(platform, { controllers: [PagesController] });
    const all = await Promise.all(Array.from({ length: 20 }, () => get('/pages/later')));
    expect(new Set(all.map(({ text }) => text))).toEqual(new Set(['{"calls":1}']));
    expect(calls).toBe(1);
  });

  test('a client that has the response already gets a 304', async () => {
    const { get } = await startNest(platform, { controllers: [PagesController] });
    const { headers } = await get('/pages/json');
    const again = await get('/pages/json', { 'If-None-Match': headers['etag']! });
    expect([again.status, again.text, statusOf(again)]).toEqual([304, '', 'hit; ttl=60']);
  });

  test('HEAD is answered from the GET', async () => {
    const { get, app } = await startNest(platform, { controllers: [PagesController] });
    await get('/pages/json');
    const { default: request } = await import('supertest');
    const head = await request(app.getHttpServer() as never).head('/pages/json');
    expect([head.status, statusOf(head), calls]).toEqual([200, 'hit; ttl=60', 1]);
  });

  test('@Sse() is left alone', async () => {
    const { get } = await startNest(platform, { controllers: [PagesController] });
    const [first, second] = [await get('/pages/events'), await get('/pages/events')];
    expect([statusOf(first), statusOf(second)]).toEqual([undefined, undefined]);
    expect(calls).toBe(2);
  });
});
