import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'

/** A certificate as node:tls wants it, made now and signed by its own key. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
  readonly der: Buffer
}

/** DER (X.690): a tag, a length, and what is inside. */
function element(tag: number, ...inside: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(inside)
  const length = content.length
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...header]), content])
}

const sequence = (...inside: readonly Uint8Array[]) => element(0x30, ...inside)
const identifier = (hex: string) => element(0x06, Buffer.from(hex, 'hex'))
const text = (tag: number, value: string) => element(tag, Buffer.from(value, 'latin1'))

const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'))
const COMMON_NAME = identifier('550403')
const SUBJECT_ALTERNATIVE_NAME = identifier('551d11')
const A_DAY = 86_400_000

/** `YYMMDDHHMMSSZ`. */
const time = (date: Date) => text(0x17, `${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`)
const name = (common: string) => sequence(element(0x31, sequence(COMMON_NAME, text(0x0c, common))))

/** A self-signed certificate (RFC 5280 section 4.1) for 127.0.0.1 and localhost, good for a day. */
export function createCertificate(common: string): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const names = sequence(text(0x82, 'localhost'), element(0x87, Buffer.from([127, 0, 0, 1])))
  const content = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1, ...randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name(common),
    sequence(time(new Date(now - A_DAY)), time(new Date(now + A_DAY))),
    name(common),
    publicKey.export({ format: 'der', type: 'spki' }),
    element(0xa3, sequence(sequence(SUBJECT_ALTERNATIVE_NAME, element(0x04, names)))),
  )
  const signature = element(0x03, Buffer.from([0]), sign('sha256', content, privateKey))
  const der = sequence(content, ECDSA_WITH_SHA256, signature)
  return {
    cert: new X509Certificate(der).toString(),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    der,
  }
}
