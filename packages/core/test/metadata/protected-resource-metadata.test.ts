import {
  ConfigurationError,
  protectedResourceMetadata,
  type ProtectedResourceOptions,
} from '@portcullis/core'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const options: ProtectedResourceOptions = {
  resource: 'https://api.example.com',
  authorizationServers: ['https://id.example.com'],
}

test.each([
  ['https://api.example.com', '/.well-known/oauth-protected-resource'],
  ['https://api.example.com/', '/.well-known/oauth-protected-resource'],
  ['https://api.example.com/orders', '/.well-known/oauth-protected-resource/orders'],
  ['https://api.example.com/orders/', '/.well-known/oauth-protected-resource/orders/'],
  ['https://api.example.com:8443/v1/orders', '/.well-known/oauth-protected-resource/v1/orders'],
])('the metadata of %s are at the path that RFC 9728 section 3.1 inserts', (resource, path) => {
  const metadata = protectedResourceMetadata({ ...options, resource })
  expect(metadata.path).toBe(path)
  expect(metadata.url).toBe(new URL(path, resource).href)
  expect(JSON.parse(metadata.body)).toMatchObject({ resource })
})

test('what is left out is left out of the document too', () => {
  expect(JSON.parse(protectedResourceMetadata(options).body)).toEqual({
    resource: options.resource,
    authorization_servers: options.authorizationServers,
    bearer_methods_supported: ['header'],
  })
})

test('what is said is in the document by the names of RFC 9728 section 2', () => {
  const { body } = protectedResourceMetadata({
    ...options,
    scopes: ['orders:read', 'orders:write'],
    name: 'Orders',
    documentation: 'https://docs.example.com/orders',
    dpopAlgorithms: ['ES256'],
    dpopRequired: true,
    certificateBound: false,
  })
  expect(JSON.parse(body)).toEqual({
    resource: options.resource,
    authorization_servers: options.authorizationServers,
    scopes_supported: ['orders:read', 'orders:write'],
    bearer_methods_supported: ['header'],
    resource_name: 'Orders',
    resource_documentation: 'https://docs.example.com/orders',
    dpop_signing_alg_values_supported: ['ES256'],
    dpop_bound_access_tokens_required: true,
    tls_client_certificate_bound_access_tokens: false,
  })
})

test.each<[string, object, RegExp]>([
  ['no resource', { resource: undefined }, /^resource: expects a string/],
  ['plain http', { resource: 'http://api.example.com' }, /^resource: is plain http/],
  ['a fragment', { resource: 'https://api.example.com/#a' }, /^resource: has a fragment/],
  ['a query', { resource: 'https://api.example.com/?a=b' }, /^resource: has a query/],
  ['a relative address', { resource: '/orders' }, /^resource: expects an absolute https URL/],
  ['no authorization server', { authorizationServers: [] }, /^authorizationServers: expects a list/],
  [
    'one as text',
    { authorizationServers: 'https://id.example.com' },
    /^authorizationServers: expects a list/,
  ],
  [
    'an insecure one',
    { authorizationServers: ['http://id.example.com'] },
    /^authorizationServers: is plain http/,
  ],
  ['scopes as text', { scopes: 'orders:read' }, /^scopes: expects a list/],
  [
    'a script for documentation',
    { documentation: 'javascript:alert(1)' },
    /^documentation: expects an https URL/,
  ],
  ['"yes"', { dpopRequired: 'yes' }, /^dpopRequired: expects true or false/],
  ['a misspelt name', { scope: ['orders:read'] }, /^scope: .*write scopes instead/],
])('%s is a mistake that is named at once', (_, wrong, message) => {
  const make = () => protectedResourceMetadata({ ...options, ...wrong })
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(message)
})

test('it is a handler of node:http by itself, with 404 for everything else', async () => {
  const metadata = protectedResourceMetadata(options)
  const server = createServer(metadata.serve)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const response = await fetch(url + metadata.path)
    expect([response.status, await response.text()]).toEqual([200, metadata.body])
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404)
    expect((await fetch(url + metadata.path, { method: 'POST' })).status).toBe(404)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
