/**
 * Statuses for which a lifetime may be guessed (RFC 9110 section 15.1). Not 206: it is never stored.
 */
export const HEURISTIC_STATUS: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501,
]);

/**
 * Final statuses of which this cache knows what they mean for storing: what `must-understand` asks for (RFC 9111
 * section 5.2.2.3).
 */
export const UNDERSTOOD_STATUS: ReadonlySet<number> = new Set([
  200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408,
  409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504,
  505,
]);
