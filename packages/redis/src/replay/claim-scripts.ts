import { script } from '../connection/script.js'

/*
 * Each drawer has a state beside its claims: where it was born (`birth`), which server kept it last (`server`), the
 * latest end of all claims (`horizon`), and up to which end ids are doubtful (`doubt`). A server that started anew, a
 * replica that was promoted and a store that was emptied may lack claims: whatever ends by the horizon may have been
 * used before. What ends later was made later, and was not.
 */
const LOOK = `
local server = redis.call('INFO', 'server'):match('run_id:(%w+)')
local found = redis.call('HMGET', KEYS[1], 'birth', 'server', 'horizon', 'doubt')
local birth, horizon, doubt = found[1], tonumber(found[3] or '0'), tonumber(found[4] or '0')
local nonce, knownBirth, knownHorizon = ARGV[1], ARGV[2], tonumber(ARGV[3])
local durable, doubtWhenEmpty, margin = ARGV[4] == '1', tonumber(ARGV[5]), tonumber(ARGV[6])
local before = doubt
if not birth then
  birth = nonce
  doubt = doubtWhenEmpty
  redis.call('HSET', KEYS[1], 'birth', birth, 'server', server)
elseif found[2] ~= server then
  if not durable then doubt = math.max(doubt, horizon + margin) end
  redis.call('HSET', KEYS[1], 'server', server)
end
if knownBirth ~= '' and knownBirth ~= birth then doubt = math.max(doubt, knownHorizon) end
if doubt ~= before then redis.call('HSET', KEYS[1], 'doubt', string.format('%.3f', doubt)) end
`

/** KEYS state. Answers what is known of a drawer. */
export const LOOK_INTO_DRAWER = script(`${LOOK}
return { birth, string.format('%.3f', horizon) }
`)

/**
 * KEYS state, claim; ARGV[7] the milliseconds that the claim lives, ARGV[8] its end. A claim that is sent once more, by
 * a client that lost its connection, finds its own nonce.
 */
export const CLAIM = script(`${LOOK}
local ends = tonumber(ARGV[8])
local holder = redis.call('GET', KEYS[2])
local answer
if holder then
  answer = holder == nonce and 'first' or 'used'
elseif ends <= doubt then
  answer = 'doubtful'
else
  redis.call('SET', KEYS[2], nonce, 'PX', ARGV[7])
  if ends > horizon then
    horizon = ends
    redis.call('HSET', KEYS[1], 'horizon', string.format('%.3f', horizon))
  end
  answer = 'first'
end
return { birth, string.format('%.3f', horizon), answer }
`)
