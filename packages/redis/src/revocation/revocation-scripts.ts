import { script } from '../connection/script.js'

/*
 * One slot holds: `meta` (epoch, number of the last change, the server that kept it last and since when), `entries` (by
 * what is revoked: until when and how far), `ends` (the same by their ends) and `log` (the changes, as a stream whose
 * ids are their numbers). Redis 7 replicates what a script has done, and not the script, so that it may ask for the time.
 */
const OPEN = `
local function seconds()
  local time = redis.call('TIME')
  return time[1] + time[2] / 1000000
end
local server = redis.call('INFO', 'server'):match('run_id:(%w+)')
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'number', 'server', 'since')
local epoch, number, since = meta[1], tonumber(meta[2] or '0'), tonumber(meta[4] or '0')
if not epoch or meta[3] ~= server then
  epoch = epoch or ARGV[1]
  since = seconds()
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'server', server, 'since', string.format('%.3f', since))
end
local function forget(most)
  local dead = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[2], 'LIMIT', 0, most)
  if #dead > 0 then
    redis.call('HDEL', KEYS[2], unpack(dead))
    redis.call('ZREM', KEYS[3], unpack(dead))
  end
end
`

/** KEYS meta, entries, ends, log; ARGV an epoch for an empty store, now. Answers where the store stands. */
export const STAND = script(`${OPEN}
forget(16)
return { epoch, string.format('%.0f', number), server, string.format('%.3f', seconds() - since) }
`)

/**
 * KEYS the same; ARGV an epoch, now, the capacity, the length of the log, then of each revocation: what is revoked,
 * until when, how far, and the milliseconds that it lives. Of two for the same the further reach and the later end hold.
 */
export const REVOKE = script(`${OPEN}
forget(16)
local capacity, longest = tonumber(ARGV[3]), 0
for at = 5, #ARGV, 4 do
  local what, until_, reach = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local known = redis.call('HGET', KEYS[2], what)
  local changes = true
  if known then
    local knownUntil, knownReach = known:match('^(%S+) (%S+)$')
    local later, further = tonumber(until_) > tonumber(knownUntil), tonumber(reach) > tonumber(knownReach)
    changes = later or further
    until_, reach = later and until_ or knownUntil, further and reach or knownReach
  elseif redis.call('HLEN', KEYS[2]) >= capacity then
    forget(256)
    if redis.call('HLEN', KEYS[2]) >= capacity then return { 'full' } end
  end
  if changes then
    number = number + 1
    redis.call('HSET', KEYS[1], 'number', string.format('%.0f', number))
    redis.call('HSET', KEYS[2], what, until_ .. ' ' .. reach)
    redis.call('ZADD', KEYS[3], until_, what)
    redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[4], string.format('%.0f-0', number), 'what', what, 'how', until_ .. ' ' .. reach)
  end
  longest = math.max(longest, tonumber(ARGV[at + 3]))
end
for at = 2, 4 do
  if redis.call('PTTL', KEYS[at]) < longest then redis.call('PEXPIRE', KEYS[at], string.format('%.0f', longest)) end
end
return { epoch, string.format('%.0f', number), server }
`)
