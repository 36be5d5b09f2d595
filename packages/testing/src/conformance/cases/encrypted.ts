import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { reaches, refuses } = casesOf('encrypted')

/** Encrypted tokens (RFC 7516), inside which a signed one must be: whoever has the key can encrypt. */
export function encryptedCases({
  token,
  forged,
  unsigned,
  now,
  bound,
}: ConformanceTokens): readonly ConformanceCase[] {
  const ask = (sent: string, path = '/authenticated') => get(path, bearer(sent))
  const { encrypt } = bound
  const good = encrypt(token())
  const claims = JSON.stringify({ iss: 'https://id.conformance.example', sub: 'alice', exp: now + 300 })
  const header = { alg: 'dir', enc: 'A256GCM' }
  const refused: Readonly<Record<string, string>> = {
    'a token that is not encrypted': token(),
    'claims that nobody has signed': encrypt(claims),
    'an unsecured token': encrypt(unsigned('none')),
    'a forged token': encrypt(forged()),
    'an encrypted token once more': encrypt(good),
    'a changed tag': `${good.slice(0, -3)}${good.endsWith('AAA') ? 'BAA' : 'AAA'}`,
    'a changed header': good.replace(/^[\w-]+/, Buffer.from(JSON.stringify(header)).toString('base64url')),
    compression: encrypt(token(), { ...header, zip: 'DEF' }),
    'a critical extension': encrypt(token(), { ...header, crit: ['exp'] }),
    'a password with endless rounds': encrypt(token(), {
      ...header,
      alg: 'PBES2-HS256+A128KW',
      p2c: 2 ** 31,
      p2s: 'AAAA',
    }),
    'another algorithm': encrypt(token(), { ...header, alg: 'A256KW' }),
    'another content encryption': encrypt(token(), { ...header, enc: 'A128GCM' }),
  }
  return [
    reaches('a signed token inside is let in', ask(good)),
    reaches('its role counts', ask(encrypt(token({ roles: ['admin'] })), '/admin')),
    refuses('its missing role as well', ask(good, '/admin'), 'role_insufficient'),
    refuses(
      'an expired token inside',
      ask(encrypt(token({ exp: now - 60, iat: now - 120 }))),
      'token_expired',
    ),
    ...Object.entries(refused).map(([what, sent]) => refuses(what, ask(sent), 'token_invalid')),
    casesOf('resource').refuses('an encrypted token where none are opened', ask(good), 'token_invalid'),
  ]
}
