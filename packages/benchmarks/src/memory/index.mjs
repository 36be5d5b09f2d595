import { shareOf } from '../measuring/pace.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'
import { inOwnProcess } from './children.mjs'

const CACHED = [0, 2500, 5000, 7500, 10_000]
/** The cache, of 10,000 tokens, is full from the first of them on. */
const DIFFERENT = [20_000, 100_000, 250_000, 500_000, 750_000, 1_000_000]
const REFUSED = [20_000, 50_000, 100_000, 150_000, 200_000]
/** What remembered tokens take of the memory, and whether tokens that come and go leave something behind. */
export async function measure(pace, progress) {
  // Nothing here is timed, so that contenders may run side by side.
  const over = async (task, contenders, all, least) => {
    progress(task)
    const counts = all.map((count) => shareOf(count, pace, least))
    const points = await Promise.all(contenders.map((name) => inOwnProcess(task, name, { counts })))
    return Object.fromEntries(contenders.map((name, index) => [name, points[index]]))
  }
  return {
    cached: await over('cached', ['portcullis', 'fast-jwt'], CACHED, 0),
    growth: await over('growth', ['portcullis', 'fast-jwt', 'fast-jwt, cache off'], DIFFERENT, 1),
    refusals: await over('refusals', ['portcullis', 'fast-jwt'], REFUSED, 1),
  }
}

/** Bytes for each further token: the slope of the line that fits best. */
function slopeOf(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [count, bytes] = [mean(points.map((point) => point.count)), mean(points.map((point) => point.bytes))]
  const rise = points.reduce((sum, point) => sum + (point.count - count) * (point.bytes - bytes), 0)
  return rise / points.reduce((sum, point) => sum + (point.count - count) ** 2, 0)
}

export function print({ cached, growth, refusals }) {
  const own = slopeOf(cached.portcullis)
  return [
    table(
      ['a cached token of 800 characters', 'bytes', '', 'KiB'],
      Object.entries(cached).map(([name, points]) => {
        const bytes = slopeOf(points)
        return [name, figure(bytes), ratio(bytes / own), figure(bytes / 1024)]
      }),
    ),
    growthTable('alive after so many different tokens, cache of 10,000: MiB', growth),
    growthTable('alive after so many refused tokens, each with another header: MiB', refusals),
  ].join('\n\n')
}

function growthTable(title, contenders) {
  const [first] = Object.values(contenders)
  const mebibytes = (bytes) => figure(bytes / 2 ** 20)
  return table(
    [title, ...first.map(({ count }) => count.toLocaleString('en')), 'last to first', 'resident at the end'],
    Object.entries(contenders).map(([name, points]) => [
      name,
      ...points.map(({ bytes }) => mebibytes(bytes)),
      ratio(points.at(-1).bytes / points[0].bytes),
      mebibytes(points.at(-1).resident),
    ]),
  )
}
