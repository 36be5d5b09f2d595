import { script } from '../connection/script.js'

/*
 * KEYS ring. Whoever has seen a later version than Redis has, since Redis was emptied or a replica was promoted, brings
 * it back: ARGV the version and the text that this process has seen last, version 0 where it has seen none.
 */
const HEAL = `
local ring = redis.call('HMGET', KEYS[1], 'version', 'sealed')
local version, sealed = tonumber(ring[1] or '0'), ring[2]
if tonumber(ARGV[1]) > version then
  version, sealed = tonumber(ARGV[1]), ARGV[2]
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'sealed', sealed)
end
`

export const READ_RING = script(`${HEAL}
if version == 0 then return {} end
return { string.format('%.0f', version), sealed }
`)

/** ARGV[3] and ARGV[4] the new version and its text; sent once more, it finds that it was stored. */
export const REPLACE_RING = script(`${HEAL}
if tonumber(ARGV[3]) == version and ARGV[4] == sealed then return 'stored' end
if tonumber(ARGV[3]) ~= version + 1 then return 'overtaken' end
redis.call('HSET', KEYS[1], 'version', ARGV[3], 'sealed', ARGV[4])
return 'stored'
`)
