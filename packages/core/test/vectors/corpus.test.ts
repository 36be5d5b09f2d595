import type { AlgorithmName } from '../../src/jose/algorithms.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import { secret } from '../../src/keys/secret.js'
import { createVerifier, type Verifier } from '../../src/verifier.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { vectors, withVectors } from './given-folder.js'

interface Configuration {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly AlgorithmName[]
  readonly jwks?: { readonly keys: readonly object[] }
  readonly secretB64u?: string
  readonly typ?: string
  readonly requiredClaims?: readonly string[]
}

interface Corpus {
  readonly configs: Readonly<Record<string, Configuration>>
  readonly cases: readonly {
    id: string
    cfg: string
    token: string
    expect: 'accept' | 'reject' | 'policy'
  }[]
}

function keysOf({ jwks, secretB64u = '', algorithms }: Configuration) {
  if (jwks !== undefined) return localJwks(jwks)
  return secret(Buffer.from(secretB64u, 'base64url'), algorithms[0] as 'HS256')
}

function verifierFor(configuration: Configuration): Verifier {
  const { issuer, audience, algorithms, typ, requiredClaims = [] } = configuration
  return createVerifier({
    issuer,
    audience,
    algorithms,
    keys: keysOf(configuration),
    profile: typ === 'at+jwt' ? 'at+jwt' : 'jwt',
    ...(requiredClaims.length === 0 ? {} : { requiredClaims }),
  })
}

withVectors('the open corpus of attacks', () => {
  const { configs, cases } = vectors<Corpus>('corpus-open.json', { configs: {}, cases: [] })
  const verifiers = new Map(Object.entries(configs).map(([name, given]) => [name, verifierFor(given)]))

  it.each(cases.map((one) => [one.id, one] as const))('%s', async (_, { cfg, token, expect: expected }) => {
    const verify = verifiers.get(cfg)
    if (verify === undefined) throw new Error(`no configuration ${cfg}`)
    const answer = await outcomeOf(verify, token)
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
    if (expected !== 'policy') expect(answer === 'accepted').toBe(expected === 'accept')
  })

  it('leaves to policy what docs/security.md says', async () => {
    const left = cases.filter((one) => one.expect === 'policy')
    const answers = await Promise.all(
      left.map(
        async ({ id, cfg, token }) => [id, await outcomeOf(verifiers.get(cfg) as Verifier, token)] as const,
      ),
    )
    const accepted = answers.filter(([, answer]) => answer === 'accepted').map(([id]) => id)
    expect(accepted.sort()).toEqual([
      'ecdsa/s-negated-malleable',
      'exp/huge-9e15',
      'exp/milliseconds',
      'header/jku-with-valid-sig',
      'json/payload-constructor-proto',
      'sub/missing',
    ])
  })
})
