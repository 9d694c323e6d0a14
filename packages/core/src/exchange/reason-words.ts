import type { Reason } from '../http/cache-status.js';

/** Every {@link Reason} as a sentence, with what can be done about it where something can. */
export const WORDS: Readonly<Record<Reason, string>> = {
  STATUS: 'Answers with this status are not stored.',
  'NO-STORE': 'The answer says no-store.',
  PRIVATE: 'The answer says private.',
  'NO-CACHE': 'The answer says no-cache, and the rule stores nothing that must be confirmed on every use.',
  'SET-COOKIE': 'The answer sets a cookie: it is for one client.',
  'VARY-STAR': 'The answer depends on more than the headers of the request (Vary: *).',
  'VARY-CREDENTIALS':
    "The answer varies by Cookie or Authorization, which the key does not hold. Use 'by' or 'cookies'.",
  AUTHORIZATION:
    "The request has Authorization, and the answer does not say it is for all. Use 'by', or say public.",
  'EVENT-STREAM': 'The body has no end.',
  TRAILER: 'Fields follow the body, which a hit could not repeat.',
  'CONTENT-RANGE': 'The answer is a part under a status that promises the whole.',
  'TRANSFER-ENCODING': 'The body is coded for this connection.',
  'CONTENT-LENGTH': 'Content-Length is not that of the body.',
  'NO-LIFETIME':
    "Nobody says how long the answer is fresh. Give the rule a 'ttl', or the answer a Cache-Control.",
  'EMPTY-BODY': 'There is nothing in it: more likely a failure than an answer.',
  'TOO-LARGE': "The body is larger than 'maxBodySize' of the rule.",
  'OTHER-ETAG': 'The handler confirmed another response than the one that is stored.',
  COOKIE:
    "The request has cookies and the rule says nothing of them. Use cookies: 'ignore', { allow: […] } or 'by'.",
  RANGE: 'The request asks for a part of what is not stored.',
  PRECONDITION: 'The request has a precondition.',
  'REQUEST-BODY': 'The request has content that is not, or cannot be, part of the key.',
  'METHOD-OVERRIDE': 'The request asks to be taken for one with another method.',
  HOST: "The request is for a host that is not among 'hosts' of the rule.",
  UPGRADE: 'The request asks for another protocol.',
  METHOD: "The rule has no part in this method; see 'methods'.",
  RULE: "'bypass' of the rule says so.",
  KEY: "'key' or 'by' of the rule returned undefined.",
  'RULE-FUNCTION': 'A function of the rule threw or returned nonsense.',
  'WAIT-LIMIT': "Another request's answer took longer than 'waitLimit'.",
  'AFTER-AUTH': 'Authentication ran behind the cache. Put the cache behind it.',
  USER: "The handler looked at the user of the request. Put what matters of him into the key with 'by', or say public.",
  SKIPPED: 'The handler said skip().',
  CLOSED: 'The cache is closed.',
  'REQUEST-NO-STORE': 'The request says no-store, and the rule honours that.',
  INVALIDATED: 'It was invalidated while its handler ran.',
  'ONLY-IF-CACHED': 'The client takes a stored answer only, and there is none: 504.',
  ABANDONED: 'The handler gave no whole answer.',
  ERROR: 'The handler failed.',
  'STALE-IF-ERROR': 'The handler failed a moment ago, and a stale answer stands in.',
};
