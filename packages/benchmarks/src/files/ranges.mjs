import { randomBytes } from 'node:crypto'
import { shareOf } from '../measuring/pace.mjs'
import { interleave } from '../measuring/rounds.mjs'
import { oneAfterAnother } from '../measuring/samples.mjs'
import { lengthOf, makeVault, piecesOf } from './vault.mjs'

const MEBIBYTE = 2 ** 20
const LENGTHS = { '4 KiB': 4096, '64 KiB': 65_536, '1 MiB': MEBIBYTE }

/** Parts of two files, one of which is far longer: what a part costs is to go by its own length. */
export async function measureRanges(pace, progress) {
  progress('reading parts')
  const { vault, put, grantTo } = await makeVault()
  const sizes = {
    'of a small file': 2 * MEBIBYTE,
    'of a large file': shareOf(128 * MEBIBYTE, pace, 4 * MEBIBYTE),
  }
  const files = {}
  for (const [name, size] of Object.entries(sizes)) {
    const { id } = await put(piecesOf(randomBytes(size)))
    files[name] = { size, grant: await grantTo(id) }
  }
  const results = {}
  for (const [label, length] of Object.entries(LENGTHS)) {
    const contenders = Object.entries(files).map(([name, { size, grant }]) => [
      name,
      () =>
        oneAfterAnother(
          () => Math.floor(Math.random() * (size - length)),
          async (start) => {
            const { stream } = await vault.open(grant, { range: { start, end: start + length } })
            if ((await lengthOf(stream)) !== length) throw new Error('The part is not whole')
          },
          pace,
        ),
    ])
    results[label] = await interleave(Object.fromEntries(contenders), pace)
  }
  return results
}
