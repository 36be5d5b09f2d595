const MAX_AGE = /(?:^|,)\s*max-age\s*=\s*"?(\d{1,10})"?\s*(?:,|$)/i

/** Seconds of the `max-age` in a Cache-Control header (RFC 9111 section 5.2.2.1); undefined where it has none. */
export function maxAgeOf(cacheControl: string | undefined): number | undefined {
  const seconds = MAX_AGE.exec(cacheControl ?? '')?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}
