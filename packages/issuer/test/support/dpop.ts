import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { ISSUER } from './bench.ts'

interface ProofParts {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

/** A client's key that makes proofs for the token endpoint, good but for what is given. */
export async function createProver(clock: () => number, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const jwk = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove: ({ claims, header }: ProofParts = {}): Promise<string> => {
      const payload = { jti: randomUUID(), htm: 'POST', htu: `${ISSUER}/token`, iat: clock(), ...claims }
      return new SignJWT(payload)
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey)
    },
  }
}
