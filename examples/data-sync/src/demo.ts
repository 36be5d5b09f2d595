import { parseArgs } from 'node:util'
import { playStory, type Listener } from './story.js'

const { values } = parseArgs({ options: { patience: { type: 'string', default: '60' } } })
const isTerminal = process.stdout.isTTY
const CLEAR = '\r\u001b[2K'
let wrong = 0

const listener: Listener = {
  step({ line, asExpected }) {
    if (!asExpected) wrong++
    process.stdout.write(`${isTerminal ? CLEAR : ''}${asExpected ? '✓' : '✗'} ${line}\n`)
  },
  progress(text) {
    if (isTerminal) process.stdout.write(`${CLEAR}  ${text}`)
  },
}
const { orders, changes, isRight } = await playStory(listener, Number(values.patience))
const isGood = isRight && wrong === 0
process.stdout.write(
  [
    '',
    `Orders: ${orders.shop} in the web shop, ${orders.warehouse} in the warehouse.`,
    `Changes of the stock: ${changes} applied in the web shop.`,
    isGood
      ? 'Both databases hold exactly what they should, and each record was applied once.'
      : 'The databases do not hold what they should.',
    '',
  ].join('\n'),
)
process.exitCode = isGood ? 0 : 1
