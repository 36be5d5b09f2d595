import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  sign,
} from 'node:crypto'
import { jwk } from '../../src/keys/jwk.js'
import { numberOf, octetsOf } from './support/big-endian.js'
import { CLAIMS, sealed, signatureOf, token, verifier, withSignature } from './support/forge.js'
import { ASYMMETRIC, keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'
import { accepts, refuses } from './support/tables.js'

const RSA = ASYMMETRIC.filter((alg) => /^[RP]S/.test(alg))
const modulus = numberOf(Buffer.from(String(keyOf('RS256').publicJwk.n), 'base64url'))

describe.each(RSA)('attack 79: numbers that are no signature, %s', (alg) => {
  const key = keyOf(alg)
  const good = token({}, {}, key)
  const number = (value: bigint) => withSignature(good, octetsOf(value, 256))
  const signature = numberOf(signatureOf(good))
  refuses(
    'as long as a signature',
    'signature_invalid',
    {
      zero: number(0n),
      one: number(1n),
      two: number(2n),
      'the modulus': number(modulus),
      'the modulus less one': number(modulus - 1n),
      'the modulus and one': number(modulus + 1n),
      'the modulus less the signature': number(modulus - signature),
      'the square of the signature': number((signature * signature) % modulus),
      'the largest number': number(2n ** 2048n - 1n),
    },
    verifier({ keys: key.source }),
  )
  refuses(
    'longer than a signature',
    'signature_invalid',
    { 'the signature and the modulus': withSignature(good, octetsOf(signature + modulus, 257)) },
    verifier({ keys: key.source }),
  )
})

it.each(RSA)('attack 79: takes a %s signature that begins with a zero, and only with it', async (alg) => {
  const key = keyOf(alg)
  const verify = verifier({ keys: key.source })
  let good = ''
  for (let nonce = 0; good === '' || signatureOf(good)[0] !== 0; nonce++) good = token({ nonce }, {}, key)

  expect(await outcomeOf(verify, good)).toBe('accepted')
  expect(await outcomeOf(verify, withSignature(good, signatureOf(good).subarray(1)))).toBe(
    'signature_invalid',
  )
})

describe.each(['PS256', 'PS384', 'PS512'] as const)(
  'attack 84: RSASSA-PSS with other parameters, %s',
  (alg) => {
    const key = keyOf(alg)
    const hash = `sha${alg.slice(2)}`
    const salted = (saltLength: number) =>
      sealedBy(alg, (input) =>
        sign(hash, Buffer.from(input), {
          key: key.material,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength,
        }),
      )
    const right = Number(alg.slice(2)) / 8
    accepts(
      'the salt of the algorithm',
      { [`${right} octets`]: salted(right) },
      verifier({ keys: key.source }),
    )
    refuses(
      'another salt',
      'signature_invalid',
      Object.fromEntries(
        [0, 1, 20, 32, 48, 64, right - 1, right + 1, 256 - right - 2]
          .filter((length) => length !== right)
          .map((length) => [`${length} octets`, salted(length)]),
      ),
      verifier({ keys: key.source }),
    )
    refuses(
      'another padding or hash',
      'signature_invalid',
      {
        'PKCS #1 v1.5': sealedBy(alg, keyOf(alg.replace('P', 'R') as 'RS256').sign),
        ...Object.fromEntries(
          (['PS256', 'PS384', 'PS512'] as const)
            .filter((other) => other !== alg)
            .map((other) => [other, sealedBy(alg, keyOf(other).sign)]),
        ),
      },
      verifier({ keys: key.source }),
    )
  },
)

describe('attack 84: a mask by another hash', () => {
  const pair = generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    hashAlgorithm: 'sha256',
    mgf1HashAlgorithm: 'sha1',
  })
  // The key without its parameters, which is how a JWKS would show it.
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' })
  const pkcs1 = spki.subarray(spki.readUInt8(5) + 11)
  const plain = createPublicKey({ key: pkcs1, format: 'der', type: 'pkcs1' }).export({ format: 'jwk' })
  refuses(
    'SHA-1 in MGF1',
    'signature_invalid',
    {
      'under PS256': sealedBy('PS256', (input) =>
        sign('sha256', Buffer.from(input), {
          key: pair.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32,
        }),
      ),
    },
    verifier({ keys: jwk({ ...plain, alg: 'PS256' }) }),
  )
})

const DIGEST_INFO = {
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420',
  sha256WithoutNull: '302f300b0609608648016503040201' + '0420',
  sha256LongLength: '308131300d060960864801650304020105000420',
  sha256LongInnerLength: '303230810d060960864801650304020105000420',
  sha256EmptyParameters: '3033300f06096086480165030402010502' + '0000' + '0420',
  sha512: '3051300d060960864801650304020305000440',
} as const

/** Encrypts a block of one's own with the real private key: a signature but for the encoding within. */
function encoded(block: (hash: Buffer, input: string) => Buffer): string {
  return sealedBy('RS256', (input) => {
    const contents = block(createHash('sha256').update(input).digest(), input)
    return privateEncrypt({ key: keyOf('RS256').material, padding: constants.RSA_NO_PADDING }, contents)
  })
}

/** 00 01 FF ... FF 00 and what follows, by RFC 8017 section 9.2. */
function padded(contents: Buffer, fill = 0xff, type = 1, first = 0): Buffer {
  return Buffer.concat([
    Buffer.from([first, type]),
    Buffer.alloc(256 - 3 - contents.length, fill),
    Buffer.from([0]),
    contents,
  ])
}

const info = (name: keyof typeof DIGEST_INFO, hash: Buffer) =>
  Buffer.concat([Buffer.from(DIGEST_INFO[name], 'hex'), hash])

describe('attack 85: PKCS #1 v1.5 that is encoded otherwise', () => {
  const verify = verifier({ keys: keyOf('RS256').source })
  accepts(
    'the encoding of RFC 8017',
    { 'as it must be': encoded((hash) => padded(info('sha256', hash))) },
    verify,
  )
  refuses(
    'all others',
    'signature_invalid',
    {
      'no DigestInfo': encoded((hash) => padded(hash)),
      'parameters left out': encoded((hash) => padded(info('sha256WithoutNull', hash))),
      'parameters of two octets': encoded((hash) => padded(info('sha256EmptyParameters', hash))),
      'a length in long form': encoded((hash) => padded(info('sha256LongLength', hash))),
      'an inner length in long form': encoded((hash) => padded(info('sha256LongInnerLength', hash))),
      'SHA-1': encoded((_, input) => padded(info('sha1', createHash('sha1').update(input).digest()))),
      'SHA-512': encoded((_, input) => padded(info('sha512', createHash('sha512').update(input).digest()))),
      'SHA-256 under the name of SHA-512': encoded((hash) =>
        padded(info('sha512', Buffer.concat([hash, hash]))),
      ),
      'rubbish behind the hash': encoded((hash) =>
        padded(Buffer.concat([info('sha256', hash), Buffer.alloc(8, 1)])),
      ),
      'a zero behind the hash': encoded((hash) =>
        padded(Buffer.concat([info('sha256', hash), Buffer.alloc(1)])),
      ),
      'short padding, rubbish behind': encoded((hash) => {
        const contents = Buffer.concat([Buffer.from('0001ffffffffffffffff00', 'hex'), info('sha256', hash)])
        return Buffer.concat([contents, Buffer.alloc(256 - contents.length, 7)])
      }),
      'no padding, rubbish behind': encoded((hash) => {
        const contents = Buffer.concat([Buffer.from('000100', 'hex'), info('sha256', hash)])
        return Buffer.concat([contents, Buffer.alloc(256 - contents.length, 7)])
      }),
      'padding of zeros': encoded((hash) => padded(info('sha256', hash), 0x00)),
      'padding of other octets': encoded((hash) => padded(info('sha256', hash), 0xee)),
      'block type 0': encoded((hash) => padded(info('sha256', hash), 0xff, 0)),
      'block type 2': encoded((hash) => padded(info('sha256', hash), 0xff, 2)),
      'a first octet that is not zero': encoded((hash) => padded(info('sha256', hash), 0xff, 1, 1)),
      'no separator': encoded((hash) => {
        const block = padded(info('sha256', hash))
        block.writeUInt8(0xff, 256 - 51 - 1)
        return block
      }),
      'a hash with its last bit flipped': encoded((hash) => {
        const block = padded(info('sha256', hash))
        block.writeUInt8(block.readUInt8(255) ^ 1, 255)
        return block
      }),
    },
    verify,
  )
})

function sealedBy(alg: string, signInput: (input: string) => Buffer): string {
  return sealed({ alg }, CLAIMS, signInput)
}
