import { readFileSync } from 'node:fs'

/**
 * The most memory that this process has held at one time, in MiB.
 *
 * By the kernel where it tells: `process.resourceUsage()` counts what the parent held when it made the process.
 */
export function mostMemory(): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kibibytes !== undefined) return Number(kibibytes) / 1024
  } catch {
    // Another system has no such file.
  }
  return process.resourceUsage().maxRSS / 1024
}
