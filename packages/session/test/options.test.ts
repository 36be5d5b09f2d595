import { ConfigurationError } from '@portcullis/core'
import { createSessions, memorySessionStore, type SessionsOptions } from '@portcullis/session'
import { setUp } from './support/bench.ts'

const { issuer, revocation } = setUp()
const good: SessionsOptions = { issuer, clientId: 'web', publicOrigin: 'https://id.example.com', revocation }

test.each<[option: string, value: unknown]>([
  ['issuer', {}],
  ['clientId', ''],
  ['publicOrigin', 'https://id.example.com/'],
  ['publicOrigin', 'http://id.example.com'],
  ['publicOrigin', 'id.example.com'],
  ['revocation', undefined],
  ['revocation', {}],
  ['domain', 'com'],
  ['domain', '.example.com'],
  ['domain', 'other.com'],
  ['domain', 'ample.com'],
  ['domain', 'example.com; Secure'],
  ['origins', ['https://*.example.com']],
  ['origins', 'https://shop.example.com'],
  ['path', '/'],
  ['path', '/session/'],
  ['path', '/a;b'],
  ['path', '/a/../b'],
  ['path', 'session'],
  ['signInUrl', 'https://evil.example/'],
  ['signInUrl', '//evil.example/'],
  ['signInUrl', '/session'],
  ['sameSite', 'none'],
  ['store', new Map()],
  ['maxSessions', 0],
  ['clearSiteData', ['everything']],
  ['onEvent', 'log'],
  ['clock', () => Date.now()],
  ['secure', false],
])('%s: %p is refused by name', (option, value) => {
  const make = () => createSessions({ ...good, [option]: value })
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(new RegExp(`${option}: `))
})

test('http is for localhost, where browsers take Secure cookies as well', () => {
  const origins = ['http://localhost:3000', 'http://id.shop.localhost:3000', 'http://127.0.0.1:3000']
  for (const publicOrigin of origins)
    expect(createSessions({ ...good, publicOrigin }).publicOrigin).toBe(publicOrigin)
})

test('sign-in may be on another of our origins', () => {
  const origins = ['https://www.example.com']
  const sessions = createSessions({ ...good, origins, signInUrl: 'https://www.example.com/sign-in' })
  expect(sessions.signInUrl).toBe('https://www.example.com/sign-in')
  expect(createSessions({ ...good, signInUrl: '/sign-in' }).signInUrl).toBe('https://id.example.com/sign-in')
})

test.each<[option: string, value: unknown]>([
  ['capacity', 0],
  ['clock', 'now'],
  ['size', 1],
])('memorySessionStore: %s: %p is refused by name', (option, value) => {
  expect(() => memorySessionStore({ [option]: value })).toThrow(new RegExp(`${option}: `))
})
