/**
 * Stops the long timers that the tests of a file leave behind. Key sources refresh in the background and keep no process
 * alive for it, but a worker of Jest lives on for the next file: a refresh that is due there finds its modules gone,
 * and fails the run.
 */
const LONG_MILLISECONDS = 1000
const started = new Set<NodeJS.Timeout>()
const original = globalThis.setTimeout

const remembering = (...parameters: Parameters<typeof original>) => {
  const timer = original(...parameters)
  if ((parameters[1] ?? 0) >= LONG_MILLISECONDS) started.add(timer)
  return timer
}
// `util.promisify` finds its own form of the function on it.
globalThis.setTimeout = Object.assign(remembering, original)

afterAll(() => {
  for (const timer of started) clearTimeout(timer)
})
