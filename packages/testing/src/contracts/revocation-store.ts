import { createTestIssuer } from '../issuer/create-test-issuer.js'
import type { KeySourceFactories, KeySourceLike, TestVerifierOptions } from '../issuer/verifier-options.js'
import {
  checksOf,
  settled,
  type Check,
  type ContractCheck,
  type ContractClock,
  type ContractSubject,
} from './contract.js'
import {
  FULL,
  ISSUER,
  KEY,
  KINDS,
  MISTAKES,
  OTHER_ISSUER,
  REACH,
  TIME,
  UNREACHABLE,
  type Bench,
  type Claims,
  type RevocationCheck,
} from './revocation-checks.js'

/** A revocation, as `@portcullis/core` has it: one token, or all tokens of a subject, a session, a key or an issuer. */
export type RevocationLike = { readonly issuer: string; readonly until: number } & (
  | { readonly tokenId: string }
  | { readonly subject: string; readonly issuedBefore: number }
  | { readonly sessionId: string }
  | { readonly keyId: string }
  | { readonly everythingIssuedBefore: number }
)

/** A store that can be asked and told. */
export interface RevocationStoreLike<Token> {
  isRevoked(token: Token): boolean | Promise<boolean>
  /** In force when it answers; throws or rejects where it cannot. */
  revoke(revocation: RevocationLike): unknown
}

/** The factories of `@portcullis/core`, which this package does not import: pass the module itself. */
export interface VerifierKit<Token, Source extends KeySourceLike> extends KeySourceFactories<Source> {
  createVerifier(options: TestVerifierOptions<Source>): (token: string) => Promise<Token>
}

/**
 * What a revocation store promises: a revocation is in force for the next question, reaches exactly what it names, and
 * is not forgotten before its time is over. Where it cannot keep that it rejects.
 *
 * @param kit the module `@portcullis/core`, to make verified tokens with
 * @returns one check after the other, to be run by any test runner; with a clock that waits, in less than a minute
 */
export function revocationStoreContract<Token, Source extends KeySourceLike>(
  kit: VerifierKit<Token, Source>,
  subject: ContractSubject<RevocationStoreLike<Token>>,
): readonly ContractCheck[] {
  const onBench = (checks: Readonly<Record<string, RevocationCheck>>) =>
    Object.fromEntries(
      Object.entries(checks).map(([name, check]): [string, Check<RevocationStoreLike<Token>>] => [
        name,
        async ({ store, sibling = store }, clock) => check(await benchOf(kit, store, sibling, clock)),
      ]),
    )
  return [
    ...checksOf(subject, 'open', onBench({ ...KINDS, ...REACH, ...TIME, ...MISTAKES })),
    ...checksOf(subject, 'openWithRoomFor', onBench(FULL)),
    ...checksOf(subject, 'openUnreachable', onBench(UNREACHABLE)),
  ]
}

async function benchOf<Token, Source extends KeySourceLike>(
  kit: VerifierKit<Token, Source>,
  store: RevocationStoreLike<Token>,
  sibling: RevocationStoreLike<Token>,
  clock: ContractClock,
): Promise<Bench<Token>> {
  const start = Math.floor(clock.now())
  const at = () => start
  const issuers = await Promise.all(
    [ISSUER, OTHER_ISSUER].map((url) => createTestIssuer({ algorithm: 'ES256', url, keyId: KEY, clock: at })),
  )
  const token = (claims: Claims = {}, url = ISSUER) => {
    const issuer = issuers.find((one) => one.url === url)
    if (issuer === undefined) throw new Error('no such issuer')
    const given = { iat: start - 60, jti: undefined, sub: undefined, ...claims }
    return kit.createVerifier(issuer.verifierOptions(kit))(issuer.token({ expiresIn: 3600, claims: given }))
  }
  return {
    store,
    sibling,
    clock,
    token,
    revoked: async (claims, issuer) => store.isRevoked(await token(claims, issuer)),
    revoke: (revocation) =>
      settled(() =>
        store.revoke({
          issuer: ISSUER,
          until: clock.now() + 3600,
          ...revocation,
        } as unknown as RevocationLike),
      ),
  }
}
