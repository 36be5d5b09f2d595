import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { casesOf } from './build.js'
import { makers, PATH, sent, type Header } from './dpop-build.js'

/** Attacks 174 and 217: what a proof is for is told by the addressed URL, and by nothing that anybody may send. */
export function dpopAddressCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  const { mine, proof } = makers(tokens)
  const proxied = casesOf('dpopProxied')
  const direct = casesOf('dpop')
  const forwarded = (host: string): Header[] => [
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', host],
  ]
  const moved = (host: string) =>
    sent(mine, [proof({ url: `http://api.example${PATH}` })], 'GET', '/admin', ['Host', host])
  const atShop = proof({ url: `https://shop.example${PATH}` })
  return [
    proxied.reaches(
      'a proof for the URL that the trusted proxy says',
      sent(mine, [atShop], 'GET', PATH, ...forwarded('shop.example')),
    ),
    proxied.refuses(
      'a proof for the URL behind the proxy',
      sent(mine, [proof()], 'GET', PATH, ...forwarded('shop.example')),
      'dpop_proof_invalid',
    ),
    ...['shop.example/authenticated?', 'shop.example#', 'shop.example\\a'].map((host) =>
      proxied.refuses(
        `a forwarded host ${host}`,
        sent(mine, [proof({ url: `https://${host}` })], 'GET', '/admin', ...forwarded(host)),
        'credentials_malformed',
      ),
    ),
    direct.refuses(
      'a proof for a URL that only X-Forwarded headers name',
      sent(mine, [atShop], 'GET', PATH, ...forwarded('shop.example')),
      'dpop_proof_invalid',
    ),
    ...[
      `api.example${PATH}?`,
      `api.example${PATH}#`,
      'mia@api.example',
      'api.example\\',
      'api.example, b',
      'api example',
    ].map((host) => direct.refuses(`a host ${host}`, moved(host), 'credentials_malformed')),
  ]
}
