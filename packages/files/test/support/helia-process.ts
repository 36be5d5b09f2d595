import { heliaBlobStore, startAlone } from './helia.ts'

/* node helia-process.mjs <folder>: stores contents and removes every other one, until it is killed. */
const store = heliaBlobStore({ helia: await startAlone(process.argv[2] ?? '') })
const say = (line: string) => process.stdout.write(`${line}\n`)

async function* content(number: number) {
  for (let piece = 0; piece < 10; piece++) {
    const bytes = Buffer.alloc(90_000)
    for (let at = 0; at < bytes.length; at += 8) bytes.writeDoubleBE(number + piece + at / 2 ** 20, at)
    yield await Promise.resolve(bytes)
  }
}

say('ready')
for (let number = Number(process.argv[3]); ; number += 100) {
  const name = await store.put(content(number))
  say(`put ${name}`)
  if (number % 200 !== 0) continue
  say(`removing ${name}`)
  await store.remove(name)
  say(`removed ${name}`)
}
