import { CLAIMS, encode, ISSUER, NOW, sealed, signSegments, token, verifier } from './support/forge.js'
import { accepts, refuses } from './support/tables.js'

const HEADER = '{"alg":"ES256"}'
const BODY = JSON.stringify(CLAIMS)
const inside = BODY.slice(1, -1)
const claims = (text: string) => sealed(HEADER, text)
const header = (text: string) => sealed(text, BODY)

const PROTO = '"__proto__"'
refuses('attack 30: members called __proto__', 'token_malformed', {
  'with a role': claims(`{${inside},${PROTO}:{"admin":true}}`),
  'with all claims': claims(`{${PROTO}:${BODY}}`),
  'with exp': claims(`{"iss":"${ISSUER}","aud":"orders-api",${PROTO}:{"exp":${NOW + 600}}}`),
  'through an escape': claims(`{${inside},"\\u005f_proto__":{"admin":true}}`),
  null: claims(`{${inside},${PROTO}:null}`),
  'within an object': claims(`{${inside},"a":{${PROTO}:{"admin":true}}}`),
  'within a list': claims(`{${inside},"a":[{${PROTO}:[]}]}`),
  'in the header, with alg': header(`{${PROTO}:{"alg":"ES256"}}`),
  'in the header': header(`{"alg":"ES256",${PROTO}:{"kid":"x"}}`),
})
accepts('attack 30: members that lead to a prototype', {
  constructor: claims(`{${inside},"constructor":{"prototype":{"admin":true}}}`),
  prototype: claims(`{${inside},"prototype":{"admin":true}}`),
  'in the header': header('{"alg":"ES256","constructor":{"prototype":{"kid":"x"}}}'),
})

accepts('attack 32: escaped names are the same claims', {
  exp: claims(BODY.replace('"exp"', '"\\u0065xp"')),
  iss: claims(BODY.replace('"iss"', '"\\u0069\\u0073\\u0073"')),
  alg: header('{"\\u0061\\u006c\\u0067":"\\u0045\\u0053256"}'),
})
refuses('attack 32: and are held to the same rules', 'token_expired', {
  exp: claims(
    `{"\\u0065xp":${NOW - 60},${inside
      .replace(/"exp":\d+,?/, '')
      .replace(/,$/, '')
      .replace(/"iat":\d+,?/, '')
      .replace(/,$/, '')}}`,
  ),
})

refuses('attack 33: names in another case', 'claim_missing', {
  EXP: claims(BODY.replace('"exp"', '"EXP"')),
  Exp: claims(BODY.replace('"exp"', '"Exp"')),
  Aud: claims(BODY.replace('"aud"', '"Aud"')),
  ISS: claims(BODY.replace('"iss"', '"ISS"')),
})
refuses('attack 33: names of the header in another case', 'token_malformed', {
  Alg: header('{"Alg":"ES256"}'),
  ALG: header('{"ALG":"ES256"}'),
})

accepts('JSON as honest issuers write it', {
  indented: sealed(JSON.stringify({ alg: 'ES256' }, null, 2), JSON.stringify(CLAIMS, null, 4)),
  'with CRLF, as the examples of RFC 7515 are': sealed(
    '{"typ":"JWT",\r\n "alg":"ES256"}',
    BODY.replaceAll(',', ',\r\n '),
  ),
  'with tabulators': claims(BODY.replaceAll(',', ',\t')),
  'with white space around': sealed(` ${HEADER}\n`, `\n${BODY} `),
  'with escaped slashes': claims(BODY.replaceAll('/', '\\/')),
  'with an empty name': claims(`{${inside},"":1}`),
  'with names of numbers': claims(`{${inside},"1":1,"0":2,"-1":3}`),
  'with members that nobody knows': sealed(
    { alg: 'ES256', x5t: 'AAAA', nonce: 'n', foo: { bar: [null] } },
    { ...CLAIMS, foo: [{ bar: null }] },
  ),
})

describe('attack 31: claims with the names of methods', () => {
  const names = [
    'toString',
    'valueOf',
    'then',
    'hasOwnProperty',
    'toJSON',
    'inspect',
    'constructor',
    'isPrototypeOf',
    'length',
    'catch',
    'finally',
    'Symbol(nodejs.util.inspect.custom)',
    'propertyIsEnumerable',
  ]
  const values = ['x', 1, null, true, [], {}, { call: 1 }]
  it.each(names)('%s does no harm', async (name) => {
    for (const value of values) {
      const text = token({ [name]: value }, { [name]: value })
      const verified = await verifier()(text)
      expect(await Promise.resolve(verified)).toBe(verified)
      expect(verified.claims[name]).toEqual(value)
      expect(() => JSON.stringify(verified)).not.toThrow()
      expect([verified.subject, verified.roles]).toEqual([CLAIMS.sub, []])
      expect(verified.token).toBe(text)
    }
  })
})

describe('what is returned', () => {
  it('is frozen at every depth, header and claims', async () => {
    const { claims: all, header: one } = await verifier()(
      sealed({ alg: 'ES256', x: { y: [{}] } }, { ...CLAIMS, a: { b: [{ c: {} }] } }),
    )
    const parts: unknown[] = [all, one]
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (typeof part !== 'object' || part === null) continue
      expect(Object.isFrozen(part)).toBe(true)
      parts.push(...(Object.values(part) as unknown[]))
    }
  })
  it('sets no prototype when it is copied', async () => {
    const { claims: all } = await verifier()(claims(`{${inside},"constructor":{"prototype":{"admin":true}}}`))
    const copy = Object.assign({}, all) as Record<string, unknown>
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
    expect(encode(all)).toBe(encode(copy))
  })
  it('is written exactly as it was signed', async () => {
    const text = signSegments(encode(' { "alg" : "ES256" } '), encode(BODY))
    expect((await verifier()(text)).token).toBe(text)
  })
})
