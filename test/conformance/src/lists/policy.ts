/** The answer we want to a question that the specifications leave open, and why. */
export type Answer = readonly [answer: 'yes' | 'no', why: string];

/** The checks of the suite whose answer matters to us. The others may be answered either way. */
export const POLICY: Readonly<Record<string, Answer>> = {
  // Freshness (RFC 9111 section 4.2)
  'freshness-none': ['yes', 'without lifetime, validator or Last-Modified nothing says how long it holds'],
  'freshness-max-age-date': ['yes', 'the apparent age counts: section 4.2.3'],
  'freshness-max-age-quoted': ['yes', 'both forms of an argument are to be accepted: section 5.2'],
  'freshness-max-age-space-before-equals': [
    'yes',
    'no directive is written with a space: what looks so is another one',
  ],
  'freshness-max-age-space-after-equals': ['yes', 'max-age without a number gives no lifetime'],
  'freshness-max-age-two-stale-fresh-sameline': ['no', 'of two, the first or staleness: section 4.2.1'],
  'freshness-max-age-two-stale-fresh-sepline': ['no', 'lines are joined: the same as on one line'],
  'freshness-max-age-decimal-zero': ['no', 'delta-seconds has digits only: section 1.2.2; invalid is stale'],
  'freshness-max-age-decimal-five': ['no', 'delta-seconds has digits only: section 1.2.2; invalid is stale'],
  'freshness-max-age-a100': ['no', 'delta-seconds has digits only: section 1.2.2; invalid is stale'],
  'freshness-max-age-100a': ['no', 'delta-seconds has digits only: section 1.2.2; invalid is stale'],
  // no-cache="field" (RFC 9111 section 5.2.2.4)
  'headers-omit-headers-listed-in-Cache-Control-no-cache-single': [
    'yes',
    'the named field must not be reused unasked',
  ],
  'headers-omit-headers-listed-in-Cache-Control-no-cache': [
    'yes',
    'the named fields must not be reused unasked',
  ],
  // Stale answers in place of errors (RFC 9111 section 4.2.4, RFC 5861 section 4)
  'stale-close': ['yes', 'a handler that breaks down is the case that the preset keeps stale responses for'],
  'stale-503': ['yes', 'a stale answer serves users better than an error'],
  'stale-sie-close': ['yes', 'stale-if-error asks for it'],
  'stale-sie-503': ['yes', 'stale-if-error asks for it'],
  // Directives of requests (RFC 9111 section 5.2.1): the preset honours them all
  'ccreq-ma0': ['yes', 'max-age of a request'],
  'ccreq-ma1': ['yes', 'max-age of a request'],
  'ccreq-magreaterage': ['yes', 'max-age of a request, against an Age received'],
  'ccreq-max-stale': ['yes', 'max-stale'],
  'ccreq-max-stale-age': ['yes', 'max-stale, against an Age received'],
  'ccreq-min-fresh': ['yes', 'min-fresh'],
  'ccreq-min-fresh-age': ['yes', 'min-fresh, against an Age received'],
  'ccreq-no-cache': ['yes', 'no-cache of a request'],
  'ccreq-no-cache-lm': ['yes', 'no-cache of a request is met by asking whether it was modified'],
  'ccreq-no-cache-etag': ['yes', 'no-cache of a request is met by asking for another ETag'],
  'ccreq-no-store': ['yes', 'no-store of a request'],
  'ccreq-oic': ['yes', 'only-if-cached without a response is 504'],
  // Pragma (RFC 9111 section 5.4): deprecated, and never a field of responses
  'pragma-request-no-cache': [
    'yes',
    'beside a Cache-Control it is ignored, and this client always sends one',
  ],
  'pragma-request-extension': ['yes', 'an unknown pragma means nothing'],
  'pragma-response-no-cache': ['yes', 'in responses it was never specified'],
  'pragma-response-extension': ['yes', 'an unknown pragma means nothing'],
  // Conditional requests (RFC 9110 section 13)
  'conditional-etag-forward': [
    'yes',
    'the client has a response of its own, and the handler may spare it the body',
  ],
  'conditional-etag-strong-generate-unquoted': ['no', 'a tag is opaque: it goes back as it came'],
  'conditional-etag-forward-unquoted': ['no', 'a tag is opaque: it is passed on as it came'],
  // Updates by a 304: all fields but those that belong to the body (RFC 9111 section 3.2)
  '304-etag-update-response-Content-Location': ['yes', 'does not belong to the body'],
  '304-etag-update-response-Content-MD5': ['yes', 'not among the exceptions of section 3.2'],
  '304-etag-update-response-Content-Security-Policy': ['yes', 'an old policy must not stay in force'],
  '304-etag-update-response-Clear-Site-Data': ['yes', 'not among the exceptions of section 3.2'],
  '304-etag-update-response-Expires': ['yes', 'the lifetime is derived anew'],
  '304-etag-update-response-Public-Key-Pins': ['yes', 'not among the exceptions of section 3.2'],
  '304-etag-update-response-Set-Cookie2': ['yes', 'not among the exceptions of section 3.2'],
  '304-etag-update-response-X-Frame-Options': ['yes', 'an old policy must not stay in force'],
  '304-etag-update-response-X-XSS-Protection': ['yes', 'an old policy must not stay in force'],
  // Invalidation of what an unsafe request created or changed elsewhere (RFC 9111 section 4.4: may)
  'invalidate-POST-location': ['yes', 'what Location names has changed'],
  'invalidate-PUT-location': ['yes', 'what Location names has changed'],
  'invalidate-DELETE-location': ['yes', 'what Location names has changed'],
  'invalidate-M-SEARCH-location': ['yes', 'a method that is not known to be safe counts as unsafe'],
  'invalidate-POST-cl': ['yes', 'what Content-Location names has changed'],
  'invalidate-PUT-cl': ['yes', 'what Content-Location names has changed'],
  'invalidate-DELETE-cl': ['yes', 'what Content-Location names has changed'],
  'invalidate-M-SEARCH-cl': ['yes', 'a method that is not known to be safe counts as unsafe'],
  // The rest
  'other-date-update-expires-update': ['yes', 'Expires is the word of the origin, not of a cache'],
  'other-fresh-content-disposition-attachment': ['yes', 'it is about what browsers do with the body'],
  // Targeted fields are dictionaries of structured fields (RFC 9213 section 2.1, RFC 9651 section 3.2)
  'cdn-max-age-space-before-equals': ['yes', 'not a dictionary: the whole field is ignored'],
  'cdn-max-age-space-after-equals': ['yes', 'not a dictionary: the whole field is ignored'],
  'cdn-remove-age-exceed': ['yes', 'Age is about the response, however long it may be kept'],
  'cdn-max-age-case-insensitive': ['no', 'keys are lower case: the whole field is ignored'],
};
