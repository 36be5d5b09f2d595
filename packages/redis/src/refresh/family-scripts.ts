import { script } from '../connection/script.js'

/** KEYS family; ARGV the milliseconds that it lives, then its members. */
export const KEEP_FAMILY = script(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'kept'
`)

/**
 * `rotateFamily` of @portcullis/issuer in the language of Redis. KEYS family; ARGV presented, successor, sealed
 * successor, now, end of the grace, idle limit, thumbprint of a key or nothing, and the moment of Redis' own clock after
 * which the step is too late: a client that was told of a failure tries again, and a step that came after it would take
 * the grace of the token away.
 */
export const ROTATE_FAMILY = script(`
local time = redis.call('TIME')
local milliseconds = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = tonumber(ARGV[8])
local function answer(kind, sealed)
  return { string.format('%.0f', milliseconds), kind, sealed }
end
if not deadline or milliseconds > deadline then return answer('late') end

local presented, successor, sealed, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local family = redis.call('HMGET', KEYS[1], 'current', 'previous', 'sealedSuccessor', 'graceUntil',
  'idleExpiresAt', 'expiresAt', 'revokedAt', 'keyThumbprint')
local current, previous, repeated, grace = family[1], family[2], family[3], tonumber(family[4] or '')
local idle, expires, revoked, thumbprint = tonumber(family[5] or ''), tonumber(family[6] or ''), family[7], family[8]
local lives = current and not revoked and now and idle and expires and now < idle and now < expires
if not lives then return answer('ended') end
if presented == current then
  local nextIdle = tonumber(ARGV[6]) < expires and ARGV[6] or family[6]
  redis.call('HSET', KEYS[1], 'current', successor, 'previous', presented, 'sealedSuccessor', sealed,
    'graceUntil', ARGV[5], 'idleExpiresAt', nextIdle)
  if ARGV[7] ~= '' and not thumbprint then redis.call('HSET', KEYS[1], 'keyThumbprint', ARGV[7]) end
  return answer('rotated')
end
if presented == previous and grace and now < grace then return answer('repeated', repeated) end
redis.call('HSET', KEYS[1], 'revokedAt', ARGV[4])
return answer('reused')
`)

/** KEYS family; ARGV now. */
export const REVOKE_FAMILY = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSETNX', KEYS[1], 'revokedAt', ARGV[1]) end
return 'revoked'
`)
