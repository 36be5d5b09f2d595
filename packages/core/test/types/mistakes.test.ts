import { compilerMessages } from './compilation.js'

/** Attack 328 and others: what must not compile, and what the compiler says of it. */
const MISTAKES: readonly (readonly [name: string, code: string, messages: readonly string[]])[] = [
  [
    'decoded claims where verified ones are wanted',
    'const decoded = decodeJwt(token)\nserve(decoded)',
    ['TS2345', 'TS2739', 'TS2740'],
  ],
  [
    'an object with all members of a verified token',
    `serve({
      header: { alg: 'ES256' }, claims: { iss: '', exp: 0 }, issuer: '', subject: undefined, expiresAt: 0,
      token, scopes: [], roles: [], permissions: [],
    })`,
    ['TS2345', 'TS2739', 'TS2740'],
  ],
  ['a copy of a verified token', 'serve({ ...verified })', ['TS2345', 'TS2739', 'TS2740']],
  ['a token that is text', 'serve(token)', ['TS2345']],
  ['nothing', 'serve(undefined)', ['TS2345']],
  ['a promise of a verified token', 'serve(createVerifier(base)(token))', ['TS2345', 'TS2739', 'TS2740']],
  [
    'claims that were not checked, where others are wanted',
    'const auth: Auth<{ tenant: number }> = verified',
    ['TS2322'],
  ],
  ['making a verified token', 'new Auth({} as never)', ['TS1361']],

  ['a claim of unknown type as text', 'const tenant: string = verified.claims.tenant', ['TS2322']],
  ['a member of a claim of unknown type', 'verified.claims.realm_access.roles', ['TS18046']],
  ['a method of a claim of unknown type', "verified.claims.roles.includes('admin')", ['TS18046']],
  ['a subject that may be missing', 'verified.claims.sub.toUpperCase()', ['TS18048']],
  ['an audience that may be a list', 'const aud: string | undefined = verified.claims.aud', ['TS2322']],
  ['a member of the header of unknown type', 'const jku: string = verified.header.jku', ['TS2322']],
  ['changing a claim', "verified.claims.sub = 'admin'", ['TS2540']],
  ['changing a claim of one’s own', 'verified.claims.role = 1', ['TS2542']],
  ['changing the claims', 'verified.claims = { iss: "", exp: 0 }', ['TS2540']],
  ['changing the header', "verified.header.alg = 'none'", ['TS2540']],
  ['adding a role', "verified.roles.push('admin')", ['TS2339']],

  ['no audience', "createVerifier({ issuer: 'https://id.example.com', keys })", ['TS2345']],
  ['an audience that is undefined', 'createVerifier({ ...base, audience: undefined })', ['TS2379', 'TS2345']],
  ['no issuer', "createVerifier({ audience: 'orders-api', keys })", ['TS2345']],
  ['no options', 'createVerifier({})', ['TS2345']],
  ['alg none', "createVerifier({ ...base, algorithms: ['none'] })", ['TS2322']],
  ['an algorithm in another case', "createVerifier({ ...base, algorithms: ['es256'] })", ['TS2820']],
  ['an unknown option', "createVerifier({ ...base, audiance: 'orders-api' })", ['TS2561']],
  ['one issuer and many', 'createVerifier({ ...base, issuers: [base] })', ['TS2345']],
  [
    'many issuers, one without an audience',
    "createVerifier({ issuers: [{ issuer: 'https://id.example.com' }] })",
    ['TS2741'],
  ],
  ['text for keys', "createVerifier({ ...base, keys: 'secret' })", ['TS2322']],
  ['octets for keys', 'createVerifier({ ...base, keys: Buffer.alloc(32) })', ['TS2769', 'TS2322']],
  ['a list for keys', 'createVerifier({ ...base, keys: [keys] })', ['TS2769', 'TS2322']],
  ['text for a secret', "secret('a text', 'HS256')", ['TS2345']],
  ['a secret with an algorithm of public keys', "secret(Buffer.alloc(32), 'RS256')", ['TS2345']],
  ['PEM with HMAC', "pem(token, 'HS256')", ['TS2345']],
  ['PEM without an algorithm', 'pem(token)', ['TS2554']],
  ['padding by a word of one’s own', 'createVerifier({ ...base, paddedBase64url: true })', ['TS2322']],

  [
    'an optional authentication taken for a sure one',
    '(await createAuthenticator({ ...base, optional: true })(request)).claims',
    ['TS2532'],
  ],
  [
    'an authentication that may be optional',
    'const optional: boolean = true;\n(await createAuthenticator({ ...base, optional })(request)).claims',
    ['TS2532'],
  ],
  [
    'a claim of another type than the schema’s',
    'const tenant: string = (await createVerifier({ ...base, schema })(token)).claims.tenant',
    ['TS2322'],
  ],
  [
    'a claim that the schema leaves out',
    '(await createVerifier({ ...base, schema })(token)).claims.sub',
    ['TS2339'],
  ],
  [
    'a value that the schema does not know',
    "(await createAuthenticator({ ...base, schema })(request)).claims.role === 'root'",
    ['TS2367'],
  ],

  ['roles in a list', "hasRole(['admin'])", ['TS2345']],
  ['a path as text', "claim('realm_access.roles', () => true)", ['TS2345']],
  ['an asynchronous predicate', "claim(['a'], async () => true)", ['TS2322']],
  [
    'an asynchronous policy',
    "const policy: Policy = { check: async () => ({ allowed: true }), describe: () => '' }",
    ['TS2322'],
  ],
  [
    'a policy that answers with true',
    "const policy: Policy = { check: () => true, describe: () => '' }",
    ['TS2322'],
  ],
  ['a function for a policy', 'createAuthorizer(() => true)', ['TS2345']],
]

const RIGHT: readonly (readonly [name: string, code: string])[] = [
  ['a verified token is an Auth', 'serve(await createVerifier(base)(token))'],
  ['a required authentication is never undefined', 'serve(await createAuthenticator(base)(request))'],
  ['neither is one that says so', 'serve(await createAuthenticator({ ...base, optional: false })(request))'],
  [
    'an optional one is an Auth where it is not undefined',
    'const auth = await createAuthenticator({ ...base, optional: true })(request)\nif (auth !== undefined) serve(auth)',
  ],
  [
    'the schema’s type is the type of the claims',
    "const { tenant, role } = (await createVerifier({ ...base, schema })(token)).claims\nconst number: number = tenant\nconst word: 'user' | 'admin' = role",
  ],
  [
    'through an authenticator too',
    'const tenant: number = (await createAuthenticator({ ...base, schema })(request)).claims.tenant',
  ],
  [
    'a claim is text once it was looked at',
    "const { tenant } = verified.claims\nif (typeof tenant === 'string') tenant.toUpperCase()",
  ],
  [
    'registered claims have their types',
    'const text: string = verified.claims.iss\nconst date: number = verified.claims.exp\nconst sub: string | undefined = verified.subject',
  ],
  ['null skips the audience, in sight', 'createVerifier({ ...base, audience: null })'],
  [
    'an authorizer narrows',
    "const authorize: ReturnType<typeof createAuthorizer> = createAuthorizer(allOf(hasRole('admin'), hasScope('read')))\nconst value: unknown = verified\nauthorize(value)\nvalue.issuer.length",
  ],
  ['requireAuth gives an Auth of anything', 'serve(requireAuth(JSON.parse(token)))'],
  [
    'keys of every make',
    "for (const one of [jwk({}), pem(token, 'RS256'), localJwks({ keys: [] }), secret(Buffer.alloc(32), 'HS256')]) createVerifier({ ...base, keys: one })",
  ],
]

const all = compilerMessages([...MISTAKES.map(([, code]) => code), ...RIGHT.map(([, code]) => code)])

describe('mistakes that do not compile', () => {
  it.each(MISTAKES.map(([name, , expected], index) => [name, expected, all[index]] as const))(
    '%s',
    (_, expected, found) => {
      expect(found).toHaveLength(1)
      expect(expected).toContain(found?.[0])
    },
  )
})

describe('what compiles', () => {
  it.each(RIGHT.map(([name], index) => [name, all[MISTAKES.length + index]] as const))('%s', (_, found) => {
    expect(found).toEqual([])
  })
})
