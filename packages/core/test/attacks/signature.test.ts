import {
  AUDIENCE,
  CLAIMS,
  encode,
  segments,
  signatureOf,
  token,
  verifier,
  withSignature,
} from './support/forge.js'
import { ALGORITHMS, keyOf } from './support/keys.js'
import { accepts, refuses } from './support/tables.js'

const zero = Buffer.alloc(1)

function flipped(octets: Buffer, at: number, bit = 1): Buffer {
  const copy = Buffer.from(octets)
  copy.writeUInt8(copy.readUInt8(at) ^ bit, at)
  return copy
}

describe.each(ALGORITHMS)('attack 79: a changed token, signed by %s', (alg) => {
  const key = keyOf(alg)
  const verify = verifier({ keys: key.source })
  const good = token({}, {}, key)
  const other = token({ sub: 'user-2' }, {}, key)
  const [header, payload] = segments(good)
  const signature = signatureOf(good)
  const last = signature.length - 1

  accepts('unchanged', { 'it is good': good }, verify)
  refuses(
    'another signature',
    'signature_invalid',
    {
      'with its first bit flipped': withSignature(good, flipped(signature, 0, 0x80)),
      'with its last bit flipped': withSignature(good, flipped(signature, last)),
      'with a bit in the middle flipped': withSignature(good, flipped(signature, last >> 1, 0x10)),
      'of another token': withSignature(good, signatureOf(other)),
      'of another key': withSignature(good, keyOf(alg, 'stranger').sign(`${header}.${payload}`)),
      'of the payload alone': withSignature(good, key.sign(payload)),
      'of the header alone': withSignature(good, key.sign(header)),
      'without the dot': withSignature(good, key.sign(`${header}${payload}`)),
      'of the decoded text': withSignature(good, key.sign(JSON.stringify(CLAIMS))),
      'of zeros': withSignature(good, Buffer.alloc(signature.length)),
      'of ones': withSignature(good, Buffer.alloc(signature.length, 0xff)),
      'that is the number one': withSignature(good, Buffer.concat([Buffer.alloc(last), Buffer.from([1])])),
      'in reverse': withSignature(good, Buffer.from(signature).reverse()),
      'with a zero in front': withSignature(good, Buffer.concat([zero, signature])),
      'with a zero behind': withSignature(good, Buffer.concat([signature, zero])),
      twice: withSignature(good, Buffer.concat([signature, signature])),
      'without its first octet': withSignature(good, signature.subarray(1)),
      'without its last octet': withSignature(good, signature.subarray(0, last)),
      'of half the length': withSignature(good, signature.subarray(0, signature.length >> 1)),
      'of one octet': withSignature(good, zero),
      'as text': withSignature(good, Buffer.from(signature.toString('base64url'))),
    },
    verify,
  )
  refuses(
    'other contents',
    'signature_invalid',
    {
      'another subject': other.replace(segments(other)[2], segments(good)[2]),
      'a bit of the payload': [
        header,
        encode(flipped(Buffer.from(payload, 'base64url'), 40)),
        segments(good)[2],
      ].join('.'),
      'a header with a type': [encode({ alg, typ: 'JWT' }), payload, segments(good)[2]].join('.'),
    },
    verify,
  )
  refuses(
    'attack 99: the same claims, written otherwise',
    'signature_invalid',
    {
      'with spaces': [header, encode(JSON.stringify(CLAIMS, null, 1)), segments(good)[2]].join('.'),
      'in another order': [
        header,
        encode(Object.fromEntries(Object.entries(CLAIMS).reverse())),
        segments(good)[2],
      ].join('.'),
      'with an escape': [
        header,
        encode(JSON.stringify(CLAIMS).replace('aud', '\\u0061ud')),
        segments(good)[2],
      ].join('.'),
      'a date as a float': [
        header,
        encode(JSON.stringify(CLAIMS).replace(/"exp":\d+/, '$&.0')),
        segments(good)[2],
      ].join('.'),
      'an audience as a list': [header, encode({ ...CLAIMS, aud: [AUDIENCE] }), segments(good)[2]].join('.'),
      'the header with a space': [encode(`{"alg": "${alg}"}`), payload, segments(good)[2]].join('.'),
    },
    verify,
  )
})

describe.each(['HS256', 'HS384', 'HS512'] as const)('attack 98: a MAC of another length, %s', (alg) => {
  const key = keyOf(alg)
  const good = token({}, {}, key)
  const mac = signatureOf(good)
  const others = (['HS256', 'HS384', 'HS512'] as const).filter((other) => other !== alg)
  refuses(
    'although it begins like the right one',
    'signature_invalid',
    {
      ...Object.fromEntries(
        [1, 4, 8, 12, 16, 20, 31].map((length) => [
          `cut to ${length} octets`,
          withSignature(good, mac.subarray(0, length)),
        ]),
      ),
      'without its last octet': withSignature(good, mac.subarray(0, -1)),
      'with octets behind': withSignature(good, Buffer.concat([mac, Buffer.alloc(16)])),
    },
    verifier({ keys: key.source }),
  )
  refuses(
    'of another hash',
    'signature_invalid',
    Object.fromEntries(
      others.map((other) => {
        const long = Buffer.concat([
          keyOf(other).sign(segments(good).slice(0, 2).join('.')),
          Buffer.alloc(64),
        ])
        return [`${other}, made as long`, withSignature(good, long.subarray(0, mac.length))]
      }),
    ),
    verifier({ keys: key.source }),
  )
})
