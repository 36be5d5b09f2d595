import { createHmac, timingSafeEqual, verify } from 'node:crypto'
import { VerificationKey, type VerifyInput } from '../keys/verification-key.js'
import type { Algorithm } from './algorithms.js'
import { enter, isBusy } from './signature-load.js'

/**
 * Checks a signature with node:crypto. The key must allow the algorithm; the length of the signature is checked
 * first, so that neither DER-encoded ECDSA nor a cut-off MAC is ever looked at, and an RSASSA-PSS signature without
 * its leading zeros, which OpenSSL takes, is none (RFC 8017 section 8.1.2).
 *
 * @param signingInput canonical base64url and a dot, so that each character is one octet
 * @returns at once for a MAC and for a lone signature, by the thread pool when there are others to check
 */
export function verifySignature(
  algorithm: Algorithm,
  key: VerificationKey,
  signingInput: string,
  signature: Buffer,
): boolean | Promise<boolean> {
  const use = VerificationKey.useFor(key, algorithm)
  if (use === undefined || signature.length !== use.signatureLength) return false
  const { input } = use
  if (algorithm.keyType === 'oct' && algorithm.hash !== undefined) {
    const mac = createHmac(algorithm.hash, VerificationKey.materialOf(key)).update(signingInput, 'latin1')
    return isSameMac(mac, signature)
  }
  const signed = Buffer.from(signingInput, 'latin1')
  const hash = algorithm.hash ?? null
  return isBusy()
    ? verifyOnPool(hash, signed, input, signature)
    : verifyAtOnce(hash, signed, input, signature)
}

/** The octets of a MAC that was just worked out, by its length: a Buffer made anew for each costs a tenth of the MAC. */
const expected: ReadonlyMap<number, Buffer> = new Map(
  [32, 48, 64].map((length) => [length, Buffer.alloc(length)]),
)

function isSameMac(mac: ReturnType<typeof createHmac>, signature: Buffer): boolean {
  const octets = expected.get(signature.length)
  if (octets === undefined) return false
  octets.write(mac.digest('binary'), 'latin1')
  return timingSafeEqual(octets, signature)
}

const SETTLED = Promise.resolve()

function verifyAtOnce(hash: string | null, signed: Buffer, input: VerifyInput, signature: Buffer): boolean {
  const leave = enter()
  try {
    return verify(hash, signed, input, signature)
  } finally {
    // Calls that were made beside this one shall see that it is not alone. A microtask of queueMicrotask costs more.
    void SETTLED.then(leave)
  }
}

function verifyOnPool(
  hash: string | null,
  signed: Buffer,
  input: VerifyInput,
  signature: Buffer,
): Promise<boolean> {
  const leave = enter()
  return new Promise((resolve, reject) => {
    verify(hash, signed, input, signature, (error, holds) => {
      leave()
      if (error === null) resolve(holds)
      else reject(error)
    })
  })
}
