import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Cache } from '../cache.js';
import { ShelflifeError } from '../errors.js';
import { fieldsOfHit, type Forms } from './forms.js';
import { sendHit } from './send.js';
import type { Asked, Hit, Shortcut } from './shortcut.js';

/** What answers requests before the framework sees them; true when it has. */
export type Front = (req: IncomingMessage, res: ServerResponse) => boolean;

/** The shortcuts of rules with `ahead`, by URL: those that may answer for it before the framework does. */
type Shortcuts = Map<string, Shortcut<never>>;

const MAX_URLS = 8192;

const fronts = new WeakMap<object, Shortcuts>();

function shortcutsOf(cache: object): Shortcuts {
  const found = fronts.get(cache) ?? (new Map() as Shortcuts);
  fronts.set(cache, found);
  return found;
}

/**
 * Makes the front of a cache: it answers from what is fresh, where the rule says `ahead`. `schemeOf`: `http` or
 * `https`, as the framework would say. `answered` is told of each answer.
 *
 * @throws ShelflifeError `ERR_OPTION` when it is given no cache.
 */
export function createFront(
  cache: Pick<Cache, 'recall'>,
  schemeOf: (req: IncomingMessage) => string | undefined,
  answered?: (req: IncomingMessage, res: ServerResponse, status: number) => void,
): Front {
  if (typeof (cache as Partial<Cache> | undefined)?.recall !== 'function')
    throw new ShelflifeError(
      'ERR_OPTION',
      'accelerate(): the second argument must be a cache: accelerate(app, cache).',
    );
  const shortcuts = shortcutsOf(cache);
  return (req, res) => {
    const shortcut = shortcuts.get(req.url!);
    if (shortcut === undefined || res.headersSent) return false;
    const scheme = schemeOf(req);
    const asked = scheme === undefined ? undefined : shortcut.askAhead(req, scheme);
    const hit = asked && shortcut.recallAhead(asked);
    if (hit === undefined) return false;
    sendHit(res, hit, asked!);
    answered?.(req, res, res.statusCode);
    return true;
  };
}

/**
 * Sends a hit behind the framework, and looks whether what went out is what is stored, and nothing else: what outer
 * middleware sets for each request anew (a request id), or changes as it goes out (compression), a front could not.
 */
export function sendObserved<Req>(
  cache: object,
  shortcut: Shortcut<Req>,
  res: ServerResponse,
  hit: Hit,
  asked: Asked,
): void {
  const { forms } = hit;
  const preset = { ...res.getHeaders() };
  sendHit(res, hit, asked);
  const isWhole = !asked.isHead && asked.noneMatch === undefined;
  if (!isWhole || !isStored(preset, res.getHeaders(), forms)) return;
  shortcut.allow(asked, forms);
  const shortcuts = shortcutsOf(cache);
  if (shortcuts.size >= MAX_URLS) shortcuts.clear();
  shortcuts.set(asked.url, shortcut);
}

function isStored(preset: OutgoingHttpHeaders, sent: OutgoingHttpHeaders, forms: Forms): boolean {
  const stored = new Map(fieldsOfHit(forms).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const isSame = ([name, value]: [string, unknown]): boolean => stored.get(name) === String(value);
  // None: they went to writeHead, and nobody was there to change them.
  const lines = Object.entries(sent);
  return (
    Object.entries(preset).every(isSame) && lines.every(isSame) && [0, stored.size].includes(lines.length)
  );
}
