import { optionError } from '../errors.js';
import { fieldValue } from '../http/fields.js';
import type { Headers, RequestView } from '../http/message.js';
import { canonicalAuthority } from '../key/authority.js';
import { splitTarget } from '../key/target.js';

/** A request to explain: a plain object, or that of a framework. The functions of the rule get it as it is. */
export interface ExplainRequest {
  /** Default `'GET'`. */
  readonly method?: string;
  /** `'/products/1?page=2'`, or with scheme and host: `'https://shop.example/products/1'`. */
  readonly url: string;
  /** What Express keeps of the URL within a router; counts before `url`. */
  readonly originalUrl?: string;
  /** Lower-case names. Default: none. */
  readonly headers?: Headers;
  /** `http` or `https`. Default: that of the URL, else `http`. */
  readonly protocol?: string;
  /** The content of a QUERY. */
  readonly body?: string | Uint8Array;
}

/**
 * The view of it that `open` would get.
 * @throws ShelflifeError `ERR_OPTION` for what is no request, such as a URL alone.
 */
export function viewOfPlain(request: ExplainRequest): RequestView {
  if (typeof (request as Partial<ExplainRequest> | null)?.url !== 'string')
    throw optionError('explain(request)', `an object with a url, such as { url: '/products' }`, request);
  const { method = 'GET', headers = {}, protocol } = request;
  const { origin, path, query } = splitTarget(request.originalUrl ?? request.url);
  const [, named, host] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(origin) ?? [];
  const scheme = protocol ?? named?.toLowerCase() ?? 'http';
  return {
    method: method.toUpperCase(),
    url: query === '' ? path : `${path}?${query}`,
    headers,
    authority: canonicalAuthority(fieldValue(headers, 'host') ?? host, scheme),
    scheme,
    raw: request,
  };
}
