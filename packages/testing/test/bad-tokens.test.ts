import * as core from '@portcullis/core'
import {
  badTokenKinds,
  badTokens,
  createTestIssuer,
  goodTokens,
  type BadTokenKind,
  type TestAlgorithm,
  type TestIssuer,
} from '@portcullis/testing'

const ALGORITHMS: readonly TestAlgorithm[] = ['RS256', 'PS256', 'ES256', 'ES512', 'EdDSA', 'HS256']

/** Where several issuers are trusted, the token's own word picks one of them, and these name none. */
const UNKNOWN_ISSUER: readonly string[] = [
  'otherIssuer',
  'issuerWithSlash',
  'issuerAsList',
  'missingIssuer',
] satisfies BadTokenKind[]

/** The answer to each token by name: its code, or that it was let in. */
async function answers(verify: core.Verifier, tokens: readonly { name: string; token: string }[]) {
  const given = new Map<string, string>()
  for (const { name, token } of tokens) {
    const answer = await verify(token).then(
      () => 'let in',
      (error: unknown) => (error instanceof core.AuthError ? error.code : String(error)),
    )
    given.set(name, answer)
  }
  return given
}

const expected = (tokens: readonly { name: string; code: string }[]) =>
  new Map(tokens.map(({ name, code }) => [name, code]))

describe.each(ALGORITHMS)('the catalogue of an issuer of %s', (algorithm) => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await createTestIssuer({ algorithm, weakKeys: true })
  })

  it.each(['jwt', 'at+jwt'] as const)('gets the stated answers with the profile %s', async (profile) => {
    const verify = core.createVerifier({ ...issuer.verifierOptions(core), profile })
    const bad = badTokens(issuer, { roles: ['admin'] })
    expect(await answers(verify, bad)).toEqual(expected(bad))
    const good = goodTokens(issuer, { roles: ['admin'] })
    expect(await answers(verify, good)).toEqual(new Map(good.map(({ name }) => [name, 'let in'])))
  })

  it('gets the same answers where several issuers are trusted', async () => {
    const other = await createTestIssuer({ algorithm: 'ES256', url: 'https://other.test' })
    const verify = core.createVerifier({
      issuers: [other.verifierOptions(core), issuer.verifierOptions(core)],
    })
    const good = goodTokens(issuer)
    expect(await answers(verify, good)).toEqual(new Map(good.map(({ name }) => [name, 'let in'])))
    const bad = badTokens(issuer)
    const stated = expected(bad)
    for (const { kind, name } of bad)
      if (UNKNOWN_ISSUER.includes(kind)) stated.set(name, 'issuer_not_trusted')
    expect(await answers(verify, bad)).toEqual(stated)
  })

  it('is made of the same kinds that are listed beforehand', () => {
    const listed = badTokenKinds({ algorithm, weakKeys: issuer.weakKeys })
    expect(badTokens(issuer)).toEqual(
      listed.map((description) => ({ ...description, token: expect.any(String) })),
    )
  })
})

it('has every kind of token for one of RS256, ES256 and HS256 issuers', async () => {
  const issuers = await Promise.all(
    (['RS256', 'ES256', 'HS256'] as const).map((algorithm) =>
      createTestIssuer({ algorithm, weakKeys: true }),
    ),
  )
  const made = new Set(issuers.flatMap((issuer) => badTokens(issuer).map(({ kind }) => kind)))
  expect(made).toEqual(new Set(Object.keys(issuers[0]!.bad)))
})
