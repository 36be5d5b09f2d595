import { script } from '../connection/script.js'

/*
 * Each drawer has a state beside its claims: where it was born (`birth`), which server kept it last (`server`), the
 * latest end of all claims (`horizon`), and up to which end ids are doubtful (`doubt`). A server that started anew, a
 * replica that was promoted and a store that was emptied may lack claims: whatever ends by the horizon may have been
 * used before. What ends later was made later, and was not. The horizon may be lost as well: after each such change
 * (`since`) all ids wait until the processes that know of claims have had the time to say so, which they do as soon as
 * they see another mark than the one that they know.
 */
const LOOK = `
local server = redis.call('INFO', 'server'):match('run_id:(%w+)')
local time = redis.call('TIME')
local seconds = time[1] + time[2] / 1000000
local found = redis.call('HMGET', KEYS[1], 'birth', 'server', 'horizon', 'doubt', 'since')
local birth, horizon, doubt = found[1], tonumber(found[3] or '0'), tonumber(found[4] or '0')
local since = tonumber(found[5] or '')
local nonce, knownMark, knownHorizon = ARGV[1], ARGV[2], tonumber(ARGV[3])
local durable, doubtWhenEmpty, margin, settle = ARGV[4] == '1', tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local before, sinceBefore = doubt, since
if not birth then
  birth, doubt, since = nonce, doubtWhenEmpty, seconds
  redis.call('HSET', KEYS[1], 'birth', birth, 'server', server)
elseif found[2] ~= server then
  if not durable then doubt, since = math.max(doubt, horizon + margin), seconds end
  redis.call('HSET', KEYS[1], 'server', server)
end
local mark = birth .. ' ' .. server
local isDurable = durable and knownMark:match('^%S+') == birth
if knownMark ~= '' and knownMark ~= mark and not isDurable then doubt = math.max(doubt, knownHorizon) end
if doubt ~= before then redis.call('HSET', KEYS[1], 'doubt', string.format('%.3f', doubt)) end
if since ~= sinceBefore then redis.call('HSET', KEYS[1], 'since', string.format('%.3f', since)) end
local settling = since and seconds - since < settle
`

/** KEYS state. Answers what is known of a drawer. */
export const LOOK_INTO_DRAWER = script(`${LOOK}
return { mark, string.format('%.3f', horizon), settling and 'settling' or 'settled' }
`)

/**
 * KEYS state, claim; ARGV[8] the milliseconds that the claim lives, ARGV[9] its end. A claim that is sent once more, by
 * a client that lost its connection, finds its own nonce.
 */
export const CLAIM = script(`${LOOK}
local ends = tonumber(ARGV[9])
local holder = redis.call('GET', KEYS[2])
local answer
if holder then
  answer = holder == nonce and 'first' or 'used'
elseif settling or ends <= doubt then
  answer = 'doubtful'
else
  redis.call('SET', KEYS[2], nonce, 'PX', ARGV[8])
  if ends > horizon then
    horizon = ends
    redis.call('HSET', KEYS[1], 'horizon', string.format('%.3f', horizon))
  end
  answer = 'first'
end
return { mark, string.format('%.3f', horizon), answer }
`)
