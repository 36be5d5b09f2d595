import { memoryRevocationStore, type MemoryRevocationStore } from '@portcullis/core'
import { createStoryClock, type StoryClock } from './clock.js'
import { createFeed, type Feed } from './feed.js'
import { createIssuer, type Issuer } from './issuer.js'
import { startLiveServer, type LiveServer } from './live-server.js'

/** A server with live prices, the issuer that it trusts, and the clock that both go by. */
export interface Scene {
  readonly clock: StoryClock
  readonly issuer: Issuer
  readonly feed: Feed
  readonly revocation: MemoryRevocationStore
  readonly server: LiveServer
}

/** So that the story need not wait; 5 seconds, the default, is soon enough for most services. */
const CHECK_EVERY_SECONDS = 0.1

export async function openScene(): Promise<Scene> {
  const clock = createStoryClock()
  const issuer = await createIssuer(clock.now)
  const feed = createFeed()
  const revocation = memoryRevocationStore({ clock: clock.now })
  const watch = { revocation, checkEvery: CHECK_EVERY_SECONDS }
  const server = await startLiveServer({ issuer, feed, watch, clock: clock.now })
  return { clock, issuer, feed, revocation, server }
}
