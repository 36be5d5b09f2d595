import { apiKeyIsRevoked } from './api-key-is-revoked.js'
import type { Chapter } from './chapter.js'
import { keyRotates } from './key-rotates.js'
import type { Narrator } from './narrator.js'
import { ordersActsForUsers } from './orders-acts-for-users.js'
import { ordersGetsTokens } from './orders-gets-tokens.js'
import { startSystem } from './system.js'
import { tokensHaveOneTarget } from './tokens-have-one-target.js'

const CHAPTERS: readonly Chapter[] = [
  ordersGetsTokens,
  tokensHaveOneTarget,
  ordersActsForUsers,
  keyRotates,
  apiKeyIsRevoked,
]

export async function playStory(narrator: Narrator): Promise<void> {
  const system = await startSystem()
  try {
    for (const chapter of CHAPTERS) await chapter(system, narrator)
  } finally {
    await system.stop()
  }
}
