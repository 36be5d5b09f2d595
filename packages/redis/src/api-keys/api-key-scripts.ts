import { script } from '../connection/script.js'

/*
 * KEYS key, owner. A client's keys are few: `owner` has for each of them until when it lives. A key is a hash of the
 * record as it was given, and of the moment at which it was revoked.
 */

/**
 * ARGV id, record, end, the milliseconds that it lives, the limit, now. What is dead counts no more. The list is
 * written before the key: an id in it without a key is nothing.
 */
export const ADD_API_KEY = script(`
local now, living, longest = tonumber(ARGV[6]), 0, tonumber(ARGV[4])
local owned = redis.call('HGETALL', KEYS[2])
for at = 1, #owned, 2 do
  if owned[at] == ARGV[1] then return 'added' end
  if tonumber(owned[at + 1]) > now then living = living + 1 else redis.call('HDEL', KEYS[2], owned[at]) end
end
if living >= tonumber(ARGV[5]) then return 'limit' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
if redis.call('PTTL', KEYS[2]) < longest then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
redis.call('HSET', KEYS[1], 'record', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 'added'
`)

/** ARGV id, now. */
export const REVOKE_API_KEY = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 'unknown' end
redis.call('HSETNX', KEYS[1], 'revokedAt', ARGV[2])
redis.call('HDEL', KEYS[2], ARGV[1])
return 'revoked'
`)
