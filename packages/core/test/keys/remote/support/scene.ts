import {
  createVerifier,
  remoteJwks,
  type RemoteJwksOptions,
  type RemoteKeys,
  type Verifier,
} from '@portcullis/core'
import { jwks } from './answers.js'
import { startKeyServer, type KeyServer } from './key-server.js'
import { AUDIENCE, createSigner, ISSUER, type Signer } from './signer.js'

/** A clock that stands until it is told to go on. */
export interface TestClock {
  readonly now: () => number
  advance(seconds: number): void
}

export function createTestClock(start = 1_800_000_000): TestClock {
  let now = start
  return {
    now: () => now,
    advance(seconds) {
      now += seconds
    },
  }
}

export interface Scene {
  readonly server: KeyServer
  readonly signer: Signer
  readonly clock: TestClock
  readonly keys: RemoteKeys
  readonly verify: Verifier
  /** The code with which a token is refused, or `accepted`. */
  readonly outcome: (token: string) => Promise<string>
}

const opened: { readonly server: KeyServer; readonly keys: RemoteKeys }[] = []

/** One issuer with one key, a server that publishes it, and a verifier whose keys age by a clock of their own. */
export async function openScene(options: RemoteJwksOptions = {}): Promise<Scene> {
  const signer = createSigner('first')
  const server = await startKeyServer(jwks([signer.jwk]))
  const clock = createTestClock()
  const keys = remoteJwks(server.jwksUri, { clock: clock.now, ...options })
  const verify = createVerifier({ issuer: ISSUER, audience: AUDIENCE, keys, cacheSize: 0 })
  opened.push({ server, keys })
  return { server, signer, clock, keys, verify, outcome: (token) => outcomeOf(verify(token)) }
}

/** To be called after each test. */
export async function closeScenes(): Promise<void> {
  for (const { server, keys } of opened.splice(0)) {
    keys.close()
    await server.close()
  }
}

export function outcomeOf(verification: Promise<unknown>): Promise<string> {
  return verification.then(
    () => 'accepted',
    (error: unknown) => (error as { code: string }).code,
  )
}
