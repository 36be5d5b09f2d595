import { createStoryClock } from './clock.js'
import { listen } from './listen.js'
import { openRedisState, type RedisState } from './redis-state.js'
import { FACTORIES } from './services.js'
import type { Command } from './worker.js'

const clock = createStoryClock()
let state: RedisState | undefined

/** Does what it is told, and answers with where it listens, or with nothing. */
async function obey(command: Command): Promise<string> {
  if (command.kind === 'pass') clock.pass(command.seconds)
  else if (command.kind === 'catch up') await state?.caughtUp()
  else {
    const { name, addresses, place } = command
    state = await openRedisState(place)
    const server = await listen()
    server.serve(await FACTORIES[name]({ addresses, state, clock: clock.now }))
    return server.url
  }
  return ''
}

process.on('message', (command: Command) => {
  obey(command).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
// Whoever started it has ended, or wants it to.
process.on('disconnect', () => process.exit(0))
