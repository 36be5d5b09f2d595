import { writeFileSync } from 'node:fs'

/** The tests of a run in one line. A file that could not run counts as one failure: its tests are unknown. */
export function counts({
  numPassedTests,
  numFailedTests,
  numRuntimeErrorTestSuites,
  numPendingTests,
  numTodoTests,
}) {
  const failed = numFailedTests + numRuntimeErrorTestSuites
  return `${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`
}

/** A Jest reporter: writes the counts to the file that PORTCULLIS_TEST_COUNTS names, for scripts that read them. */
export default class CountsReporter {
  onRunComplete(_, results) {
    const file = process.env.PORTCULLIS_TEST_COUNTS
    if (file) writeFileSync(file, `${counts(results)}\n`)
  }
}
