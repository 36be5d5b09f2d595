export { createSingleSignOn } from './create-single-sign-on.js'
export type { SingleSignOn } from './create-single-sign-on.js'
export type { ProviderUser, SingleSignOnOptions } from './single-sign-on-options.js'
