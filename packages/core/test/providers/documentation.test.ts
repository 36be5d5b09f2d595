import type { TrustedIssuerOptions } from '@portcullis/core'
import { auth0, cognito, entra, google, keycloak, okta } from '@portcullis/core/providers'
import { document, tableUnder } from '../documentation/documents.js'

/** The examples of the page. */
const presets: Readonly<Record<string, TrustedIssuerOptions>> = {
  auth0: auth0({ domain: 'shop.eu.auth0.com', audience: 'https://api.example.com/orders' }),
  cognito: cognito({ userPoolId: 'eu-central-1_AbC123xyz', clientId: '1example23456789' }),
  entra: entra({
    tenant: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    audience: '00001111-aaaa-2222-bbbb-3333cccc4444',
  }),
  google: google({ audience: '1234567890-abc.apps.googleusercontent.com' }),
  keycloak: keycloak({ url: 'https://id.example.com', realm: 'shop', audience: 'orders-api' }),
  okta: okta({ domain: 'shop.okta.com', authorizationServer: 'default', audience: 'api://default' }),
}
const page = document('docs/providers.md')

test('the page has the issuers of the presets, and names every claim that they check', () => {
  const rows = tableUnder('What is checked', page)
  expect(rows.map(([name, issuer]) => [name, issuer])).toEqual(
    Object.entries(presets).map(([name, { issuer }]) => [name, issuer]),
  )
  for (const [name = '', , , claims] of rows) {
    const { requiredClaims = [], expectedClaims = {} } = presets[name]!
    for (const claim of [...requiredClaims, ...Object.keys(expectedClaims)]) expect(claims).toContain(claim)
  }
})

test('the page says where the presets look for scopes, roles and permissions', () => {
  const path = (names: readonly string[] | undefined) => names?.join('.') ?? 'none'
  expect(tableUnder('Where roles and scopes are', page).map((row) => row.slice(0, 4))).toEqual(
    Object.entries(presets).map(([name, { claimPaths }]) => [
      name,
      path(claimPaths?.scopes),
      path(claimPaths?.roles),
      path(claimPaths?.permissions),
    ]),
  )
})
