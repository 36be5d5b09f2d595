import { ALGORITHMS, isSymmetric } from '../signing/algorithms.js'
import { base64url } from '../signing/compact.js'
import { strangerKey } from '../signing/stranger.js'
import { segments, signed, type Applicability, type BadTokenEntry } from './bench.js'

const withPublicKey = ({ algorithm }: Applicability) => !isSymmetric(algorithm)

/** The signature does not hold, or is not by whom the token names. */
export const SIGNATURE = {
  tamperedPayload: {
    name: 'more rights in the payload than were signed',
    code: 'signature_invalid',
    make: (bench) => {
      const [header, , signature] = segments(bench)
      const payload = base64url({ ...bench.claims, sub: 'root', roles: ['admin'], scope: 'admin' })
      return `${header}.${payload}.${signature}`
    },
  },
  tamperedHeader: {
    name: 'another header than was signed',
    code: 'signature_invalid',
    make: (bench) => {
      const [, payload, signature] = segments(bench)
      return `${base64url({ ...bench.header, added: true })}.${payload}.${signature}`
    },
  },
  tamperedSignature: {
    name: 'one bit of the signature flipped',
    code: 'signature_invalid',
    make: (bench) => {
      const [header, payload, signature] = segments(bench)
      const octets = Buffer.from(signature, 'base64url')
      octets.writeUInt8(octets.readUInt8(octets.length >> 1) ^ 1, octets.length >> 1)
      return `${header}.${payload}.${base64url(octets)}`
    },
  },
  truncatedSignature: {
    name: 'the first half of the signature',
    code: 'signature_invalid',
    make: (bench) => {
      const [header, payload, signature] = segments(bench)
      const octets = Buffer.from(signature, 'base64url')
      return `${header}.${payload}.${base64url(octets.subarray(0, octets.length >> 1))}`
    },
  },
  zeroSignature: {
    name: 'a signature of zeros',
    code: 'signature_invalid',
    make: (bench) => {
      const [header, payload, signature] = segments(bench)
      return `${header}.${payload}.${base64url(Buffer.alloc(Buffer.from(signature, 'base64url').length))}`
    },
  },
  missingSignature: {
    name: 'an empty signature',
    code: 'token_malformed',
    make: (bench) => {
      const [header, payload] = segments(bench)
      return `${header}.${payload}.`
    },
  },
  signatureOfAnother: {
    name: 'the signature of another token',
    code: 'signature_invalid',
    make: (bench) => {
      const [header, payload] = segments(bench)
      const [, , signature] = signed(bench, { claims: { jti: 'another' } }).split('.')
      return `${header}.${payload}.${signature ?? ''}`
    },
  },
  derSignature: {
    name: 'a DER-encoded ECDSA signature',
    code: 'signature_invalid',
    make: (bench) => {
      const [header, payload, signature] = segments(bench)
      return `${header}.${payload}.${base64url(derOf(Buffer.from(signature, 'base64url')))}`
    },
    appliesTo: ({ algorithm }) => ALGORITHMS[algorithm].keyType === 'EC',
  },
  otherKey: {
    name: "another key under the issuer's key id",
    code: 'signature_invalid',
    make: (bench) => signed(bench, {}, strangerKey(bench.key.algorithm)),
  },
  unknownKey: {
    name: 'another key under its own id',
    code: 'key_unknown',
    make: (bench) => {
      const stranger = strangerKey(bench.key.algorithm)
      return signed(bench, { header: { kid: stranger.id } }, stranger)
    },
    appliesTo: withPublicKey,
  },
} satisfies Record<string, BadTokenEntry>

/** The two integers of an ECDSA signature as the ASN.1 that other systems have it in. */
function derOf(signature: Buffer): Buffer {
  const half = signature.length / 2
  const integers = [signature.subarray(0, half), signature.subarray(half)].map((octets) => {
    const first = octets.findIndex((octet) => octet !== 0)
    const digits = octets.subarray(first === -1 ? half - 1 : first)
    const positive = digits.readUInt8(0) < 0x80 ? digits : Buffer.concat([Buffer.alloc(1), digits])
    return Buffer.concat([Buffer.from([0x02, positive.length]), positive])
  })
  const content = Buffer.concat(integers)
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length]
  return Buffer.concat([Buffer.from([0x30, ...length]), content])
}
