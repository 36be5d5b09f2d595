import { rmSync } from 'node:fs'

export default function removePacked(): void {
  const folder = process.env.PORTCULLIS_PACKED
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}
