/**
 * Request headers, lower case, from which frameworks and applications make the links they write, or even the
 * route they take. Whoever may set one could poison an answer for all others: those that are present enter the key.
 */
export const AUTHORITY_SHAPING: readonly string[] = Object.freeze([
  'cf-visitor',
  'cloudfront-forwarded-proto',
  'forwarded',
  'front-end-https',
  'x-forwarded-host',
  'x-forwarded-path',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-protocol',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-forwarded-uri',
  'x-host',
  'x-http-host-override',
  'x-original-host',
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
  'x-scheme',
  'x-script-name',
  'x-url-scheme',
]);
