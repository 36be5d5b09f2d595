import { setTimeout as sleep } from 'node:timers/promises'
import { CRASH_POINTS, type CrashPoint } from './crash-points.js'
import { MISDEEDS, type Misdeed } from './hostile-proxy.js'
import { readLedger, type Ledger } from './ledger.js'
import type { Side } from './parties.js'
import { openScene, type Scene } from './scene.js'

/** One line of the story, as it should be or not. */
export interface Step {
  readonly line: string
  readonly asExpected: boolean
}

export interface Listener {
  step(step: Step): void
  /** While one waits. */
  progress(text: string): void
}

const ORDERS_A_STEP = 30
const PEOPLE = { shop: 'the web shop', warehouse: 'the warehouse' } as const satisfies Record<Side, string>

/** What is done to one batch of orders, and by which code it is refused; undefined where it only comes late. */
const ATTACKS: readonly (readonly [what: string, misdeed: Misdeed, code: string | undefined])[] = [
  ['changes a byte of a batch', MISDEEDS.changeBytes, 'content_digest_mismatch'],
  ['sends a batch once more', MISDEEDS.replay, 'envelope_replayed'],
  ['lets a batch arrive behind later ones', MISDEEDS.reorder, 'sequence_rollback'],
  ['drops a batch', MISDEEDS.drop, undefined],
  ['drops the answer to a batch', MISDEEDS.dropTheAnswer, undefined],
  ['delays a batch', MISDEEDS.delay, undefined],
  ['answers in the place of the warehouse', MISDEEDS.forgeAnAnswer, undefined],
  ['redirects a batch to another receiver', MISDEEDS.redirect, 'audience_mismatch'],
]

/**
 * Plays the story, and ends it early where the two cannot get in step any more.
 *
 * @param patience seconds to wait for them
 */
export async function playStory(listener: Listener, patience: number): Promise<Ledger> {
  const scene = await openScene()
  const story = createStory(scene, listener, patience)
  try {
    await playChapters(scene, story)
    return await story.ledger()
  } catch (error) {
    if (!(error instanceof StoryEnded)) throw error
    return await story.ledger()
  } finally {
    await scene.close()
  }
}

async function playChapters({ sides, proxies, stranger }: Scene, story: Story): Promise<void> {
  await story.inStep(
    'Nobody disturbs: orders arrive in the warehouse, and its stock in the web shop',
    ORDERS_A_STEP,
  )

  for (const [what, misdeed, code] of ATTACKS) {
    const refusals = () =>
      [...sides.warehouse.refusals, ...stranger.refusals].filter((each) => each === code).length
    const before = refusals()
    proxies.warehouse.misbehave(misdeed)
    const end = code === undefined ? '' : `, which is refused as ${code}`
    await story.inStep(
      `Somebody on the way ${what}${end}`,
      ORDERS_A_STEP,
      () => code === undefined || refusals() > before,
    )
  }

  for (const side of ['shop', 'warehouse'] as const) {
    for (const point of [...CRASH_POINTS.sending, ...CRASH_POINTS.receiving]) {
      // The warehouse puts records into its outbox while it applies; it has no step of its own for that.
      if (side === 'warehouse' && point === 'records are in the outbox') continue
      await crash(sides, story, side, point)
    }
  }

  for (const proxy of Object.values(proxies)) proxy.rage(Object.values(MISDEEDS), 30)
  await story.inStep('All of it at once, in both directions', 10 * ORDERS_A_STEP)
  for (const proxy of Object.values(proxies)) proxy.rage([], 0)
  await story.inStep('And nobody disturbs again', ORDERS_A_STEP)
}

async function crash(sides: Scene['sides'], story: Story, side: Side, point: CrashPoint): Promise<void> {
  const before = sides[side].deaths
  sides[side].tell({ kind: 'crash', point })
  await story.inStep(
    `When ${point}, ${PEOPLE[side]} is killed, and starts again`,
    ORDERS_A_STEP,
    () => sides[side].deaths === before + 1,
  )
}

interface Story {
  /** Takes more orders, and waits until both databases hold all that they should, and it has happened. */
  inStep(line: string, orders: number, happened?: () => boolean): Promise<void>
  ledger(): Promise<Ledger>
}

class StoryEnded extends Error {}

function createStory({ sides, proxies, databases }: Scene, listener: Listener, patience: number): Story {
  let orders = 0
  let steps = 0
  const ledger = () => readLedger(databases.shop, databases.warehouse, orders)

  const progress = ({ orders: { shop, warehouse }, changes }: Ledger) => {
    const misdeeds = proxies.shop.misdeeds + proxies.warehouse.misdeeds
    const crashes = sides.shop.deaths + sides.warehouse.deaths
    listener.progress(
      `step ${steps}: ${warehouse} of ${shop} orders arrived, ${changes} changes of the stock; ` +
        `${misdeeds} misdeeds, ${crashes} crashes`,
    )
  }

  return {
    ledger,
    async inStep(line, count, happened = () => true) {
      steps++
      const first = orders + 1
      orders += count
      const until = Date.now() + patience * 1000
      for (;;) {
        // Told again and again, since who is told may be dead; what was taken is not taken twice.
        sides.shop.tell({ kind: 'take orders', first, count })
        await sleep(50)
        const now = await ledger()
        progress(now)
        if (now.isRight && happened()) break
        const stopped = sides.shop.stopped ?? sides.warehouse.stopped
        if (Date.now() < until && stopped === undefined) continue
        const why =
          stopped ?? (now.isRight ? 'what should have happened has not' : 'the databases are not in step')
        listener.step({ line: `${line}: ${why}.`, asExpected: false })
        throw new StoryEnded()
      }
      listener.step({ line: `${line}.`, asExpected: true })
    },
  }
}
