import type { LoggerService } from '@nestjs/common'

/** A logger that keeps what a log would show of an error. */
export function errorLog(): { readonly logger: LoggerService; readonly errors: readonly string[] } {
  const errors: string[] = []
  const ignore = () => undefined
  return {
    errors,
    logger: {
      log: ignore,
      warn: ignore,
      error: (...given: unknown[]) => errors.push(given.map(shown).join(' ')),
    },
  }
}

function shown(value: unknown): string {
  return value instanceof Error ? (value.stack ?? value.message) : String(value)
}
