import { PACES } from './measuring/pace.mjs'

// A part has a process of its own: what one leaves in the heap burdens no other.
// Whoever wanted the results is gone.
process.on('disconnect', () => process.exit(1))
const [part, pace] = process.argv.slice(2)
const { measure } = await import(`./${part}/index.mjs`)
const results = await measure(PACES[pace], (text) => process.send({ progress: text }))
process.send({ results }, () => {
  process.exit()
})
