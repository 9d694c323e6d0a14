const PARTS =
  'parts are not stored: a handler in the same process has the whole at hand, and a request for a part fetches and stores that';
const WHOLE =
  'on a miss the handler is asked for the whole, without the condition of the client, so that it can be stored; the condition is then answered from that';

/**
 * Why a test of the suite does not come out as it should, on any adapter. A test of ours fails when the saved results
 * name one that is not here, or one is here that comes out well.
 */
export const REASONS: Readonly<Record<string, string>> = {
  'method-POST':
    'answers to POST are not stored: RFC 9110 section 9.3.3 allows it with Content-Location, and no cache measured does it. A handler that can be asked again answers GET or QUERY',
  'vary-normalise-lang-order':
    'which of two languages is sent may depend on which is named first: RFC 9110 section 12.5.4 leaves that to the origin',
  'vary-normalise-lang-select':
    'choosing a language is for the handler: the cache does not know which others there are',
  'conditional-lm-fresh-no-lm':
    'without Last-Modified the date of the condition is compared with Date (RFC 9111 section 4.3.2), which is later: the client may have an older response, and gets this one',
  'partial-store-partial-reuse-partial': PARTS,
  'partial-store-partial-reuse-partial-byterange': PARTS,
  'partial-store-partial-reuse-partial-absent': PARTS,
  'partial-store-partial-reuse-partial-suffix': PARTS,
  'partial-store-partial-complete': PARTS,
  'conditional-etag-forward': WHOLE,
  'conditional-etag-forward-unquoted': `it depends on conditional-etag-forward: ${WHOLE}`,
};
