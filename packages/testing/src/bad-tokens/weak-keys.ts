import { createSecretKey } from 'node:crypto'
import { isSymmetric } from '../signing/algorithms.js'
import { compact } from '../signing/compact.js'
import { signingKey } from '../signing/signing-key.js'
import { SMALL_ORDER_JWK, SMALL_ORDER_SIGNATURE, weakRsaKey } from '../signing/weak-keys.js'
import { signed, type Applicability, type BadTokenEntry, type Bench } from './bench.js'

const publishesWeakKeys = ({ weakKeys }: Applicability) => weakKeys

function guessed(name: string, secret: string) {
  return {
    name,
    code: 'signature_invalid',
    make: (bench: Bench) => {
      const { id, algorithm } = bench.key
      return signed(bench, {}, signingKey(id, algorithm, createSecretKey(Buffer.from(secret))))
    },
    appliesTo: ({ algorithm }: Applicability) => isSymmetric(algorithm),
  } as const satisfies BadTokenEntry
}

/** The mathematics hold, and prove nothing: under keys that the issuer publishes or a verifier could have. */
export const WEAK_KEYS = {
  weakRsaKey: {
    name: 'a published RSA key of 1024 bits',
    code: 'key_unknown',
    make: (bench) => {
      const { id, algorithm } = weakRsaKey()
      return signed(bench, { header: { alg: algorithm, kid: id } }, weakRsaKey())
    },
    appliesTo: publishesWeakKeys,
  },
  smallOrderKey: {
    name: 'a published Ed25519 key of small order, with the one signature that fits everything',
    code: 'key_unknown',
    make: ({ header, claims }) => {
      const { alg, kid } = SMALL_ORDER_JWK
      return compact({ ...header, alg, kid }, claims, () => SMALL_ORDER_SIGNATURE)
    },
    appliesTo: publishesWeakKeys,
  },
  emptySecret: guessed('an empty secret', ''),
  guessedSecret: guessed('a secret that is easy to guess', 'secret'),
} satisfies Record<string, BadTokenEntry>
