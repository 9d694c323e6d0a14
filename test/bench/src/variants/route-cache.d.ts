declare module 'route-cache' {
  import type { RequestHandler } from 'express';

  const routeCache: { cacheSeconds(seconds: number): RequestHandler };
  export default routeCache;
}
