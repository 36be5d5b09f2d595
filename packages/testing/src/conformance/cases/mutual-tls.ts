import { boundTo } from '../bound-tokens.js'
import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { bearer, casesOf, get } from './build.js'

const { reaches, refuses } = casesOf('mutualTls')

/** Tokens that are bound to a client certificate (RFC 8705), which a trusted proxy names in a header (RFC 9440). */
export function mutualTlsCases({ token, bound }: ConformanceTokens): readonly ConformanceCase[] {
  const mine = token({ cnf: boundTo(bound.certificate) })
  const field = (der: Uint8Array) => `:${Buffer.from(der).toString('base64')}:`
  const certificate = ['Client-Cert', field(bound.certificate)] as const
  const other = ['Client-Cert', field(bound.otherCertificate)] as const
  const sent = (...headers: readonly (readonly [string, string])[]) =>
    get('/authenticated', bearer(mine), ...headers)
  return [
    reaches('a bound token with its certificate is let in', sent(certificate)),
    refuses('another certificate', sent(other), 'certificate_mismatch'),
    refuses('no certificate', sent(), 'certificate_mismatch'),
    refuses('two certificates in two headers', sent(certificate, certificate), 'certificate_mismatch'),
    refuses(
      'two certificates in one header',
      sent(['Client-Cert', `${certificate[1]}, ${other[1]}`]),
      'certificate_mismatch',
    ),
    refuses(
      'a certificate without colons',
      sent(['Client-Cert', certificate[1].slice(1, -1)]),
      'certificate_mismatch',
    ),
    refuses(
      'a certificate in a header of another name',
      sent(['X-Client-Cert', certificate[1]]),
      'certificate_mismatch',
    ),
    refuses('an unbound token', get('/authenticated', bearer(token()), certificate), 'proof_required'),
    refuses(
      'a token that is bound to a key',
      get('/authenticated', bearer(token({ cnf: { jkt: bound.jkt } })), certificate),
      'proof_required',
    ),
    refuses(
      'a token that is bound to both',
      get(
        '/authenticated',
        bearer(token({ cnf: { ...boundTo(bound.certificate), jkt: bound.jkt } })),
        certificate,
      ),
      'claim_invalid',
    ),
    casesOf('resource').refuses(
      'a bound token where no certificates are checked',
      sent(certificate),
      'proof_required',
    ),
  ]
}
