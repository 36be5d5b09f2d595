import { AUDIENCE, CLAIMS, ISSUER, sealed, token, verifier } from '../attacks/support/forge.js'
import { accepts, refuses } from '../attacks/support/tables.js'

const issuer = (iss: unknown) => token({ iss })

refuses('attack 110: another issuer', 'issuer_mismatch', {
  altogether: issuer('https://evil.example'),
  'with a slash behind': issuer(`${ISSUER}/`),
  'with two slashes behind': issuer(`${ISSUER}//`),
  'a prefix': issuer(ISSUER.slice(0, -1)),
  'a suffix': issuer(ISSUER.slice(1)),
  'a longer host': issuer(`${ISSUER}.evil.example`),
  'as a user name': issuer(`${ISSUER}@evil.example`),
  'with a user name': issuer('https://user@id.example.com'),
  'with an empty user name': issuer('https://@id.example.com'),
  'with its port': issuer(`${ISSUER}:443`),
  'with an empty port': issuer(`${ISSUER}:`),
  'over http': issuer(ISSUER.replace('https', 'http')),
  'in capitals': issuer(ISSUER.toUpperCase()),
  'a capital in the scheme': issuer(ISSUER.replace('https', 'HTTPS')),
  'a capital in the host': issuer(ISSUER.replace('id', 'ID')),
  'without a scheme': issuer('id.example.com'),
  'with two slashes only': issuer('//id.example.com'),
  'with a space in front': issuer(` ${ISSUER}`),
  'with a space behind': issuer(`${ISSUER} `),
  'with a line feed': issuer(`${ISSUER}\n`),
  'with a NUL': issuer(`${ISSUER}\0`),
  'with something behind a NUL': issuer(`${ISSUER}\0.evil.example`),
  'with a soft hyphen': issuer(ISSUER.replace('example', 'exam\u00adple')),
  'with a zero-width space': issuer(`${ISSUER}\u200b`),
  'with a letter of another alphabet': issuer(ISSUER.replace('a', 'а')),
  'in full-width letters': issuer(ISSUER.replace('com', 'ｃｏｍ')),
  'percent-encoded': issuer(ISSUER.replace('e', '%65')),
  'with a dot behind the host': issuer(`${ISSUER}.`),
  'with a query': issuer(`${ISSUER}?`),
  'with a fragment': issuer(`${ISSUER}#`),
  'with a dot segment': issuer(`${ISSUER}/.`),
  'any, as a pattern': issuer('.*'),
  'any, as a star': issuer('*'),
  'two in a list of text': issuer(`${ISSUER},https://evil.example`),
  'two with a space': issuer(`${ISSUER} https://evil.example`),
  'with quotation marks': issuer(`"${ISSUER}"`),
})
refuses('attack 110: an issuer of the wrong type', 'claim_invalid', {
  'a list of the right one': issuer([ISSUER]),
  'a list of two': issuer([ISSUER, 'https://evil.example']),
  'an empty list': issuer([]),
  'a number': issuer(0),
  true: issuer(true),
  null: issuer(null),
  'an object': issuer({ iss: ISSUER }),
  'an object like text': issuer({ toString: ISSUER, length: 22 }),
})
refuses('attack 110: no issuer', 'claim_missing', {
  'left out': issuer(undefined),
  empty: issuer(''),
  'in another case': token({ iss: undefined, ISS: ISSUER, Iss: ISSUER }),
  'in the header only': token({ iss: undefined }, { iss: ISSUER }),
})
refuses(
  'attack 110: a name that can be written in two ways',
  'issuer_mismatch',
  {
    'with a combining accent': token({ iss: 'https://münchen.example'.normalize('NFD') }),
    'in Punycode': token({ iss: 'https://xn--mnchen-3ya.example' }),
  },
  verifier({ issuer: 'https://münchen.example' }),
)
accepts(
  'an issuer that is no URL, or ends in a slash',
  { 'exactly it': token({ iss: 'orders issuer' }) },
  verifier({ issuer: 'orders issuer' }),
)
accepts(
  'an issuer with a slash behind',
  { 'exactly it': issuer(`${ISSUER}/`) },
  verifier({ issuer: `${ISSUER}/` }),
)

const audience = (aud: unknown) => token({ aud })

refuses('attack 115: another audience', 'audience_mismatch', {
  altogether: audience('billing-api'),
  empty: audience(''),
  'an empty list': audience([]),
  'a list of an empty one': audience(['']),
  'a prefix': audience('orders'),
  'a longer one': audience('orders-api-2'),
  'with something in front': audience('my-orders-api'),
  'in another case': audience('Orders-API'),
  'with a space': audience('orders-api '),
  'with a slash': audience('orders-api/'),
  'in a list with commas': audience('orders-api,billing-api'),
  'in a list with spaces': audience('billing-api orders-api'),
  'in a JSON text': audience('["orders-api"]'),
  'a star': audience('*'),
  'a pattern': audience('.*'),
  'a prefix and a star': audience('orders-*'),
  'with a NUL': audience('orders-api\0'),
  'with a letter of another alphabet': audience('оrders-api'),
  'others in a list': audience(['billing-api', 'orders-api-2']),
})
refuses('attack 115: an audience of the wrong type', 'claim_invalid', {
  'a number': audience(1),
  zero: audience(0),
  null: audience(null),
  true: audience(true),
  'an object': audience({ aud: AUDIENCE }),
  'an object like a list': audience({ 0: AUDIENCE, length: 1 }),
  'a list in a list': audience([[AUDIENCE]]),
  'a list with a list': audience([AUDIENCE, [AUDIENCE]]),
  'a list with a number': audience([AUDIENCE, 1]),
  'a list with null': audience([null, AUDIENCE]),
  'a list with an object': audience([AUDIENCE, {}]),
})
refuses('attack 115: no audience', 'claim_missing', {
  'left out': audience(undefined),
  'in another case': token({ aud: undefined, Aud: AUDIENCE }),
  'in the header only': token({ aud: undefined }, { aud: AUDIENCE }),
})
accepts('an audience as honest issuers write it', {
  'a list of one': audience([AUDIENCE]),
  'among others': audience(['billing-api', AUDIENCE]),
  twice: audience([AUDIENCE, AUDIENCE]),
  'among a thousand (attack 118)': audience([
    ...Array.from({ length: 1000 }, (_, index) => `a${index}`),
    AUDIENCE,
  ]),
})
accepts(
  'one of several names of a service',
  { 'the first': audience('orders-api'), 'the second': audience('https://orders.example.com') },
  verifier({ audience: ['orders-api', 'https://orders.example.com'] }),
)
accepts(
  'no comparison where null is written out',
  { 'another audience': audience('billing-api'), none: audience(undefined) },
  verifier({ audience: null }),
)
refuses(
  'the wrong type, where null is written out',
  'claim_invalid',
  { 'a number': audience(1), 'a list with a number': audience([1]), null: audience(null) },
  verifier({ audience: null }),
)

refuses('attack 119: an audience of other roles', 'audience_mismatch', {
  'the issuer': audience(ISSUER),
  'the client': token({ aud: 'shop', client_id: 'shop' }),
  'the subject': token({ aud: 'user-1' }),
})

describe('attack 114: a client that must be one of a list', () => {
  const verify = verifier({ expectedClaims: { azp: ['shop', 'app'], token_use: 'access' } })
  const by = (azp: unknown, token_use: unknown = 'access') => token({ azp, token_use })
  accepts('one of the list', { 'the first': by('shop'), 'the second': by('app') }, verify)
  refuses(
    'anything else',
    'claim_invalid',
    {
      'another one': by('evil'),
      'a longer one': by('shop2'),
      'a list': by(['shop']),
      'a number': by(1),
      'an object': by({}),
      'another use': by('shop', 'id'),
    },
    verify,
  )
  refuses(
    'nothing',
    'claim_missing',
    { 'left out': by(undefined), empty: by(''), null: by(null), 'no use': by('shop', null) },
    verify,
  )
})

refuses(
  'attacks 114, 120 and 121: names of the wrong type',
  'claim_invalid',
  Object.fromEntries(
    ['sub', 'jti', 'client_id'].flatMap((name) =>
      Object.entries({
        number: 1,
        zero: 0,
        list: ['x'],
        'empty list': [],
        object: {},
        null: null,
        true: true,
      }).map(([what, value]) => [`${name} as ${what}`, token({ [name]: value })]),
    ),
  ),
)
accepts('attack 120: without a subject, where none is required', {
  'left out': token({ sub: undefined }),
  empty: token({ sub: '' }),
})
refuses(
  'attack 120: without a subject, where one is required',
  'claim_missing',
  { 'left out': token({ sub: undefined }), empty: token({ sub: '' }) },
  verifier({ requiredClaims: ['sub'] }),
)
refuses(
  'a claim of one’s own that is required',
  'claim_missing',
  {
    'left out': token(),
    null: token({ tenant: null }),
    empty: token({ tenant: '' }),
    'of every object': sealed({ alg: 'ES256' }, CLAIMS),
  },
  verifier({ requiredClaims: ['tenant', 'constructor', 'toString'] }),
)
