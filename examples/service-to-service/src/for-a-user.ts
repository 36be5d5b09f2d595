import { claim, type Policy } from '@portcullis/core'

/** The caller acts for somebody else: a service that calls for itself has no `act` (RFC 8693 section 4.1). */
export const forAUser: Policy = claim(['act', 'sub'], (actor) => typeof actor === 'string')
