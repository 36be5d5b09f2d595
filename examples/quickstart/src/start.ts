import { curlLines } from './curl-lines.js'
import { startSystem } from './system.js'

const system = await startSystem()
console.log(curlLines(system).join('\n'))

const stop = () => {
  // A second signal, as when a whole process group gets one beside npm's, must not end the process half-way.
  void system.stop()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
