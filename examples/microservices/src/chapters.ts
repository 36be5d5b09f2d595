import { access } from './chapter-access.js'
import { outage } from './chapter-outage.js'
import { ownTokens } from './chapter-own-tokens.js'
import { passwords } from './chapter-passwords.js'
import { refreshing } from './chapter-refreshing.js'
import { signingOut } from './chapter-signing-out.js'
import type { Chapter } from './story.js'

export const chapters: readonly (readonly [title: string, chapter: Chapter])[] = [
  ['Signing in by name and password', passwords],
  ['A service that issues its own tokens', ownTokens],
  ['Who may do what', access],
  ['Refreshing', refreshing],
  ['Signing out', signingOut],
  ['Without identity', outage],
]
