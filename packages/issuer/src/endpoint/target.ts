import { parseUrl } from '@portcullis/core/internal'
import type { Form } from '../http/form.js'
import { OAuthError } from './oauth-error.js'

/**
 * The service that a token is asked for: one `resource` (RFC 8707 section 2: an absolute URI without fragment) or one
 * `audience` (RFC 8693 section 2.1). Left out, it is the only one that is allowed.
 *
 * @throws OAuthError `invalid_target`
 */
export function targetOf(form: Form, allowed: readonly string[]): string {
  const resource = form.get('resource')
  const audience = form.get('audience')
  if (resource !== undefined && (parseUrl(resource) === undefined || resource.includes('#'))) {
    throw new OAuthError('invalid_target', {
      description: 'The resource must be an absolute URI without fragment',
    })
  }
  if (resource !== undefined && audience !== undefined && resource !== audience) {
    throw new OAuthError('invalid_target', { description: 'A token is for one audience' })
  }
  const target = resource ?? audience ?? (allowed.length === 1 ? allowed[0] : undefined)
  if (target === undefined || !allowed.includes(target)) throw new OAuthError('invalid_target')
  return target
}
