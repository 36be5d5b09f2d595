import { decrypt } from '../src/format/decrypt.ts'
import { encrypt } from '../src/format/encrypt.ts'
import { readHeader } from '../src/format/header.ts'
import { headerBytes, type FormatParameters } from '../src/format/parameters.ts'
import { piecesOf, read } from './support/bench.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const SHORT_KEY = '6eb56cdc726dfbe5d57f2fcdc6e9345b'
const LONG_KEY = `00112233445566778899aabbccddeeff${SHORT_KEY}`
const EMPTY_32 =
  '28fae780c70a82d1256c8303a1261ac6a98cf557b4e173967a62f3c149517ba5b2431da93b3c6e90f508b34dc14bfda59bab05681c6ad3fa'

/** The vectors of Tink's own tests (tink-java, AesGcmHkdfStreamingTestUtil), which its other languages share. */
const vectors: readonly {
  readonly what: string
  readonly key: string
  readonly hash: FormatParameters['hash']
  readonly derivedKeyBytes: 16 | 32
  readonly segmentBytes: number
  readonly plaintext: string
  readonly associatedData: Uint8Array
  readonly ciphertext: string
}[] = [
  {
    what: 'three segments',
    key: SHORT_KEY,
    hash: 'sha1',
    derivedKeyBytes: 16,
    segmentBytes: 64,
    plaintext: 'This is a fairly long plaintext. It is of the exact length to create three output blocks. ',
    associatedData: Buffer.from('aad'),
    ciphertext:
      '1893b3af5e14ab378d065addfc8484da642c0862877baea8' +
      'db92d9c77406a406168478821c4298eab3e6d531277f4c1a051714faebcaefcbca7b7be05e9445ea' +
      'a0bb2904153398a25084dd80ae0edcd1c3079fcea2cd3770630ee36f7539207b8ec9d754956d486b71cdf989f0ed6fba6779b63558be0a66e668df14e1603cd2' +
      'af8944844078345286d0b292e772e7190775c51a0f83e40c0b75821027e7e538e111',
  },
  {
    what: 'nothing, by SHA-1',
    key: SHORT_KEY,
    hash: 'sha1',
    derivedKeyBytes: 16,
    segmentBytes: 64,
    plaintext: '',
    associatedData: Buffer.alloc(0),
    ciphertext: '18ec99b2c3884194023bd41bb9bff309205354c750fa0cb3c0d02609abf71f88eaeaa48d7deca27f',
  },
  {
    what: 'nothing, by SHA-256',
    key: SHORT_KEY,
    hash: 'sha256',
    derivedKeyBytes: 16,
    segmentBytes: 64,
    plaintext: '',
    associatedData: Buffer.alloc(0),
    ciphertext: '18be78bce0cab6fd38a9041eea8ab0ffc4cf17e3c00b661d3927f5f79069f41a210fedc40b25648c',
  },
  {
    what: 'nothing, by SHA-512',
    key: SHORT_KEY,
    hash: 'sha512',
    derivedKeyBytes: 16,
    segmentBytes: 64,
    plaintext: '',
    associatedData: Buffer.alloc(0),
    ciphertext: '18fec8139ccb406e0f140d7e2bcc41e1b899bc1b121574cc31d1c78ed2ca1cdf324665b8dce21095',
  },
  {
    what: 'a key of 32 bytes',
    key: LONG_KEY,
    hash: 'sha1',
    derivedKeyBytes: 16,
    segmentBytes: 64,
    plaintext: '',
    associatedData: Buffer.alloc(0),
    ciphertext: '180880e85a24207a7b72cefde26306ed09d7d76e58104b751d005a3ffd72dd6151f0d9c8ccf163f7',
  },
  {
    what: 'a derived key of 32 bytes',
    key: LONG_KEY,
    hash: 'sha1',
    derivedKeyBytes: 32,
    segmentBytes: 64,
    plaintext: '',
    associatedData: Buffer.alloc(0),
    ciphertext: EMPTY_32,
  },
  {
    what: 'the same in longer segments',
    key: LONG_KEY,
    hash: 'sha1',
    derivedKeyBytes: 32,
    segmentBytes: 128,
    plaintext: '',
    associatedData: Buffer.alloc(0),
    ciphertext: EMPTY_32,
  },
  {
    what: 'two segments by a derived key of 32 bytes',
    key: LONG_KEY,
    hash: 'sha1',
    derivedKeyBytes: 32,
    segmentBytes: 120,
    plaintext: 'BLOCK 1.BLOCK 2.BLOCK 3.BLOCK 4.BLOCK 5.BLOCK 6.BLOCK 7.BLOCK 8.',
    associatedData: Buffer.of(0, 1, 2, 3),
    ciphertext:
      '28782994617714a80fa085e15051a16854522330d6d0f26c049b2192f09cdd98b2eb90c753bfff277a29e54fa4afb15d648c28477eb07f01' +
      '2535c767f5fdce24ffffae318480c1d37357d6d3c511159318afa09ef38aa3f5456fd7817c5c02dd6e1a7fef174c8bd24e38b5982ac105497c0101ac5581fe5b',
  },
]

test.each(vectors)('a vector of Tink: $what', async (vector) => {
  const { hash, derivedKeyBytes, segmentBytes, associatedData } = vector
  const parameters = { hash, derivedKeyBytes, segmentBytes }
  const plaintext = Buffer.from(vector.plaintext)
  const ciphertext = hex(vector.ciphertext)
  const header = readHeader(parameters, ciphertext.subarray(0, headerBytes(parameters)))
  const encryption = { parameters, fileKey: hex(vector.key), header, associatedData }

  const encrypted = await read({ stream: encrypt(piecesOf(plaintext, 7), encryption) })
  expect(encrypted.toString('hex')).toBe(vector.ciphertext)

  const decryption = { ...encryption, contentBytes: plaintext.length }
  const stored = ({ start, end }: { start: number; end: number }) =>
    piecesOf(ciphertext.subarray(start, end), 11)
  const decrypted = await read({ stream: decrypt(stored, { start: 0, end: plaintext.length }, decryption) })
  expect(decrypted).toEqual(plaintext)
})
