import { script } from '../connection/script.js'

/*
 * KEYS the sessions of a subject: a hash with a text for each, which begins with when it was last seen and when it ends
 * if it is not used. The hash lives as long as the longest of them.
 */

/** ARGV name, text, now, the milliseconds that it lives. What is dead makes room. */
export const KEEP_SESSION = script(`
local now = tonumber(ARGV[3])
local kept = redis.call('HGETALL', KEYS[1])
for at = 1, #kept, 2 do
  local idle = tonumber(kept[at + 1]:match('^%S+ (%S+)') or '')
  if idle and now and idle <= now then redis.call('HDEL', KEYS[1], kept[at]) end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return 'kept'
`)

/** ARGV name, what changes, now, the milliseconds that it lives. Answers the new text, or nothing. */
export const TOUCH_SESSION = script(`
local kept, now = redis.call('HGET', KEYS[1], ARGV[1]), tonumber(ARGV[3])
if not kept then return false end
local idle, rest = kept:match('^%S+ (%S+) %S+ (.*)$')
idle = tonumber(idle or '')
if not (idle and now and now < idle) then return false end
local touched = ARGV[2] .. ' ' .. rest
redis.call('HSET', KEYS[1], ARGV[1], touched)
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return touched
`)
