import type { ConformanceCase } from '../conformance-case.js'
import { refusal } from '../refusals.js'
import { REVOKED } from '../services.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, exchange, get } from './build.js'

const oneTime = casesOf('oneTime')
const revocable = casesOf('revocable')
const outage = casesOf('stateOutage')

const ask = (token: string, path = '/authenticated') => get(path, bearer(token))

/** Tokens for one use, and tokens that were called back. */
export function stateCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  return [...used(tokens), ...revoked(tokens), ...unknown(tokens)]
}

function used({ token, now }: ConformanceTokens): readonly ConformanceCase[] {
  return [
    oneTime.onlyTheFirst('a token is good once', ask(token({ jti: 'a' })), 'token_replayed'),
    oneTime.onlyTheFirst(
      'a token is good once in a mounted router',
      ask(token({ jti: 'b' }), '/mounted/authenticated'),
      'token_replayed',
    ),
    oneTime.exactlyOne(
      'a token is good for one of 64 requests at once',
      ask(token({ jti: 'c' })),
      'token_replayed',
    ),
    oneTime.conversation('a token that the policy of a route refuses is used up', 'sequential', [
      exchange(ask(token({ jti: 'e' }), '/admin'), refusal('role_insufficient', 'oneTime')),
      exchange(ask(token({ jti: 'e' })), refusal('token_replayed', 'oneTime')),
    ]),
    oneTime.refuses('a token without an id', ask(token()), 'claim_missing'),
    oneTime.refuses('a token with an empty id', ask(token({ jti: '' })), 'claim_missing'),
    oneTime.refuses(
      'an expired token',
      ask(token({ jti: 'd', exp: now - 60, iat: now - 120 })),
      'token_expired',
    ),
    oneTime.onlyTheFirst(
      'a token is not used up by one that was refused',
      ask(token({ jti: 'd' })),
      'token_replayed',
    ),
  ]
}

function revoked({ token, tokenBy, now }: ConformanceTokens): readonly ConformanceCase[] {
  const { tokenId, subject, sessionId } = REVOKED
  return [
    revocable.reaches(
      'a token that nobody has called back is let in',
      ask(token({ jti: 'other', sid: 'other' })),
    ),
    revocable.refuses('a token', ask(token({ jti: tokenId })), 'token_revoked'),
    revocable.refuses('the tokens of a session', ask(token({ sid: sessionId })), 'token_revoked'),
    revocable.refuses('the tokens of a key', ask(tokenBy('EdDSA')), 'token_revoked'),
    revocable.refuses('the tokens of a subject', ask(token({ sub: subject, iat: now - 1 })), 'token_revoked'),
    revocable.reaches('a later token of the subject is let in', ask(token({ sub: subject })), subject),
    revocable.refuses(
      'a token that was called back is refused before its role is looked at',
      ask(token({ jti: tokenId, roles: ['admin'] }), '/admin'),
      'token_revoked',
    ),
  ]
}

function unknown({ token, forged }: ConformanceTokens): readonly ConformanceCase[] {
  return [
    outage.refuses('a valid token', ask(token()), 'state_unavailable'),
    outage.refuses('a valid token again', ask(token()), 'state_unavailable'),
    outage.refuses('a forged token needs no state to be refused', ask(forged()), 'token_invalid'),
    outage.refuses('no token needs no state to be refused', get('/authenticated'), 'credentials_missing'),
    outage.reaches('a public route stays open', get('/public'), null),
  ]
}
