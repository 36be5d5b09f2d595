import { signed, type BadTokenEntry } from './bench.js'

const HOUR = 3600

/** Outside their time (RFC 7519 section 4.1.4 to 4.1.6), by more than any tolerance of clocks. */
export const TIME = {
  expired: {
    name: 'expired an hour ago',
    code: 'token_expired',
    make: (bench) => signed(bench, { claims: { iat: bench.now - 2 * HOUR, exp: bench.now - HOUR } }),
  },
  notYetValid: {
    name: 'not valid for another hour',
    code: 'token_not_yet_valid',
    make: (bench) => signed(bench, { claims: { nbf: bench.now + HOUR, exp: bench.now + 2 * HOUR } }),
  },
  issuedInTheFuture: {
    name: 'issued in an hour from now',
    code: 'token_not_yet_valid',
    make: (bench) => signed(bench, { claims: { iat: bench.now + HOUR, exp: bench.now + 2 * HOUR } }),
  },
} satisfies Record<string, BadTokenEntry>
