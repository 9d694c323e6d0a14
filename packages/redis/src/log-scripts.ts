import { type Script, script } from './script.js';

/**
 * Adds a record: its id is above the last one's, above what the caller knows, and not below the clock (milliseconds,
 * and within one its microseconds), so that ids rise even when a new primary's clock is behind or the log was lost a
 * moment ago. Arguments: known id, names, mode, most
 * records, milliseconds to keep them. Returns the id and that of the record before.
 */
export const APPEND: Script = script(`
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local previous = 0
if last then
  local ms, counter = string.match(last[1], '(%d+)-(%d+)')
  previous = ms * 1024 + counter
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id = math.max(now * 1024 + time[2] % 1000, previous + 1, ARGV[1] + 1)
if id > 9007199254740991 then
  return redis.error_reply('ERR the log holds a record that is not of this cache: delete the key ' .. KEYS[1])
end
local text = string.format('%.0f-%.0f', math.floor(id / 1024), id % 1024)
local before = string.format('%.0f', previous)
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], text, 'p', before, 'n', ARGV[2], 'm', ARGV[3])
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f-0', now - ARGV[5]))
return {string.format('%.0f', id), before}`);

const READ = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return {last and last[1] or '0-0', redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])}`;

/**
 * The id of the last record and the records from a place on, in one step. The first line changes nothing, but it is
 * a write: a replica, and a primary cut off from its replicas (min-replicas-to-write), refuse it. So no process
 * goes on trusting a server that is no longer the one to ask.
 */
export const PAGE: Script = script(`redis.call('XTRIM', KEYS[1], 'MINID', '0-0')${READ}`);

/** The same from a primary that takes no writes at present. */
export const READ_ONLY_PAGE: Script = script(READ);
