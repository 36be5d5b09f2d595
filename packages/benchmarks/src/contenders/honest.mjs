/** Whether an operation accepts a token: it neither throws nor answers `false`. */
export async function accepts(operation, token) {
  try {
    return (await operation(token)) !== false
  } catch {
    return false
  }
}

/**
 * So that nobody is measured doing nothing: each contender must accept the good token, twice, and refuse the bad one.
 *
 * @param {Record<string, (token: string) => unknown>} contenders
 * @throws Error that names the contender
 */
export async function requireHonest(contenders, good, bad) {
  for (const [name, operation] of Object.entries(contenders)) {
    if (!(await accepts(operation, good)) || !(await accepts(operation, good)))
      throw new Error(`${name} refuses the good token`)
    if (await accepts(operation, bad)) throw new Error(`${name} accepts the tampered token`)
  }
}
