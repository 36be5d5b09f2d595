import { AUDIENCE, CLAIMS, ISSUER, NOW, token, verifier } from '../attacks/support/forge.js'
import { accepts, refuses } from '../attacks/support/tables.js'

const strict = verifier({ profile: 'at+jwt' })
const CLAIMS_9068 = { client_id: 'shop', jti: 'id-1' }
const AT = { typ: 'at+jwt' }
const access = (claims: object = {}, header: object = {}) =>
  token({ ...CLAIMS_9068, ...claims }, { ...AT, ...header })

accepts(
  'attack 74: an access token of RFC 9068',
  {
    'as it is': access(),
    'with its full type': access({}, { typ: 'application/at+jwt' }),
    'in another case': access({}, { typ: 'AT+JWT' }),
    'in mixed case': access({}, { typ: 'Application/At+Jwt' }),
    'with a scope': access({ scope: 'read write' }),
    'with an empty scope': access({ scope: '' }),
    'with what else it may have': access({ auth_time: NOW, acr: 'mfa', amr: ['otp'], roles: [], groups: [] }),
  },
  strict,
)
refuses(
  'attack 74: another type',
  'token_type_not_allowed',
  {
    none: token(CLAIMS_9068),
    ...Object.fromEntries(
      [
        ...[
          '',
          'JWT',
          'jwt',
          'JOSE',
          'at',
          'at+jwt2',
          'xat+jwt',
          ' at+jwt',
          'at+jwt ',
          'at+jwt\0',
          'at jwt',
          'at%2Bjwt',
        ],
        ...['at+jwt;x=1', 'at+jwt,jwt', 'text/at+jwt', 'application/jwt', 'application/application/at+jwt'],
        ...['application/', 'application/ at+jwt', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'id_token+jwt'],
        ...[
          'client-authentication+jwt',
          'oauth-authz-req+jwt',
          'token-introspection+jwt',
          'refresh+jwt',
          'rt+jwt',
        ],
        ...['at+sd-jwt', 'vc+jwt', 'constructor', 'ａt+jwt'],
      ].map((typ) => [JSON.stringify(typ), access({}, { typ })]),
    ),
  },
  strict,
)
refuses(
  'attack 77: a type that is no text',
  'token_malformed',
  Object.fromEntries(
    Object.entries({ number: 1, list: ['at+jwt'], null: null, object: {}, true: true }).map(([what, typ]) => [
      what,
      access({}, { typ }),
    ]),
  ),
  strict,
)
refuses('attack 77: in the usual profile too', 'token_malformed', {
  'a list': token({}, { typ: ['JWT'] }),
  null: token({}, { typ: null }),
  'a number': token({}, { typ: 0 }),
})
refuses(
  'attack 122: a claim of RFC 9068 is missing',
  'claim_missing',
  Object.fromEntries(
    ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'].flatMap((name) => [
      [name, access({ [name]: undefined })],
      ...(['iss', 'sub', 'client_id', 'jti'].includes(name)
        ? [[`${name}, empty`, access({ [name]: '' })] as const]
        : []),
    ]),
  ),
  strict,
)
refuses(
  'attack 123: a scope that is no text',
  'claim_invalid',
  Object.fromEntries(
    Object.entries({ list: ['read'], number: 1, null: null, object: {}, true: true }).map(([what, scope]) => [
      what,
      access({ scope }),
    ]),
  ),
  strict,
)

accepts('attack 76: the usual profile takes what issuers write for access tokens', {
  'no type': token(),
  JWT: token({}, { typ: 'JWT' }),
  jwt: token({}, { typ: 'jwt' }),
  'at+jwt': token({}, { typ: 'at+jwt' }),
  'application/jwt': token({}, { typ: 'application/jwt' }),
})
refuses(
  'attack 76: and no other type',
  'token_type_not_allowed',
  Object.fromEntries(
    [
      'dpop+jwt',
      'logout+jwt',
      'secevent+jwt',
      'token-introspection+jwt',
      'refresh+jwt',
      'id+jwt',
      'JOSE',
      'JWS',
      'JWE',
      '',
    ].map((typ) => [JSON.stringify(typ), token({}, { typ })]),
  ),
)

const client = 'shop'
refuses('attack 125: an ID token', 'audience_mismatch', {
  'for the client': token({ aud: client, nonce: 'n', at_hash: 'h', auth_time: NOW }, { typ: 'JWT' }),
  'for the client in a list': token({ aud: [client], azp: client, nonce: 'n' }),
})
refuses(
  'attack 125: an ID token for an audience that is ours, in the strict profile',
  'token_type_not_allowed',
  { 'with everything else': token({ ...CLAIMS_9068, nonce: 'n', at_hash: 'h' }, { typ: 'JWT' }) },
  strict,
)
refuses('attack 126: other tokens of the issuer, by type', 'token_type_not_allowed', {
  'a logout token': token(
    { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
    { typ: 'logout+jwt' },
  ),
  'a security event': token({ events: {} }, { typ: 'secevent+jwt' }),
  'an introspection response': token(
    { token_introspection: { active: true } },
    { typ: 'token-introspection+jwt' },
  ),
})
refuses('attack 127: assertions of a client', 'issuer_mismatch', {
  'for us': token({ iss: client, sub: client }),
  'to the issuer': token({ iss: client, sub: client, aud: ISSUER }),
})
refuses('attack 127: other tokens of the issuer for itself', 'audience_mismatch', {
  'a refresh token': token({ aud: ISSUER, token_use: 'refresh' }),
  'a request object': token({ aud: ISSUER, response_type: 'code', client_id: client }),
  'an authorization code': token({ aud: `${ISSUER}/token`, code: 'c' }),
})

describe('attack 128: a token that is bound to a key', () => {
  const jkt = 'A'.repeat(43)
  refuses('is no bearer token', 'proof_required', {
    'to a DPoP key': token({ cnf: { jkt } }),
    'to a certificate': token({ cnf: { 'x5t#S256': jkt } }),
    'to both': token({ cnf: { jkt, 'x5t#S256': jkt } }),
    'to a key within': token({ cnf: { jwk: { kty: 'EC' } } }),
    'to a key id': token({ cnf: { kid: 'k' } }),
    'to something unknown': token({ cnf: { osc: 'x' } }),
    'to nothing': token({ cnf: {} }),
    'to null': token({ cnf: null }),
    'to text': token({ cnf: jkt }),
    'to a list': token({ cnf: [{ jkt }] }),
    'to an empty key': token({ cnf: { jkt: '' } }),
  })
  refuses(
    'in the strict profile neither',
    'proof_required',
    { 'to a DPoP key': access({ cnf: { jkt } }) },
    strict,
  )
})

refuses('attack 78: claims in the header count for nothing', 'audience_mismatch', {
  'they are right, the claims are not': token(
    { aud: 'billing-api' },
    { iss: ISSUER, aud: AUDIENCE, sub: 'admin' },
  ),
})
accepts('attack 78: and do no harm', {
  'they are wrong, the claims are right': token(
    {},
    { iss: 'https://evil.example', aud: 'x', sub: 'admin', exp: 1 },
  ),
})

it('attack 78: takes the subject from the claims', async () => {
  const verified = await verifier()(token({}, { sub: 'admin', iss: 'https://evil.example' }))
  expect([verified.subject, verified.issuer]).toEqual([CLAIMS.sub, ISSUER])
})
