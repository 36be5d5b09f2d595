import { createDpopCheck } from '../../src/proof/dpop.js'
import { readDpop } from '../../src/proof/dpop-options.js'
import { createDpopProofs } from '../../src/proof/dpop-proofs.js'
import { jwkThumbprint, sha256 } from '../../src/proof/thumbprint.js'
import { request } from './support/requests.js'

const HEADER =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJo' +
  'RjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19'

/** Section 4.1: for the token endpoint, so that it has no `ath`. */
const TOKEN_REQUEST =
  HEADER +
  '.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0' +
  'IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg'

/** Section 7.1. */
const RESOURCE_REQUEST =
  HEADER +
  '.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRy' +
  'ZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35' +
  'yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA'

const ACCESS_TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
/** Section 6.1. */
const THUMBPRINT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
const RESOURCE = 'https://resource.example.org/protectedresource'

/** The published access token is opaque, so that the proof is checked by itself. */
function check(
  proof: string,
  {
    now,
    url,
    method = 'GET',
    token = ACCESS_TOKEN,
    thumbprint = THUMBPRINT,
  }: {
    now: number
    url: string
    method?: string
    token?: string
    thumbprint?: string
  },
): Promise<string> {
  const clock = () => now
  const sent = request({ method, url, headers: { dpop: proof } })
  return createDpopCheck(
    readDpop('required', clock),
    clock,
  )({ request: sent, url, bound: { token, thumbprint } })
}

describe('the examples of RFC 9449', () => {
  test('the proof of section 7.1 holds at its time, and not later', async () => {
    await expect(check(RESOURCE_REQUEST, { now: 1_562_262_618, url: RESOURCE })).resolves.toBe(THUMBPRINT)
    await expect(check(RESOURCE_REQUEST, { now: 1_562_262_700, url: RESOURCE })).rejects.toMatchObject({
      code: 'dpop_proof_invalid',
    })
  })

  test.each([
    ['another resource', { url: 'https://resource.example.org/other' }, 'dpop_proof_invalid'],
    ['another method', { method: 'POST' }, 'dpop_proof_invalid'],
    ['another token', { token: `${ACCESS_TOKEN}x` }, 'dpop_proof_invalid'],
    ['a token that is bound to another key', { thumbprint: 'A'.repeat(43) }, 'proof_key_mismatch'],
  ])('it proves nothing for %s', async (_, difference, code) => {
    const subject = { now: 1_562_262_618, url: RESOURCE, ...difference }
    await expect(check(RESOURCE_REQUEST, subject)).rejects.toMatchObject({ code })
  })

  test('the proof of section 4.1 is for the token endpoint, and without ath it opens no resource', async () => {
    const url = 'https://server.example.com/token'
    await expect(check(TOKEN_REQUEST, { now: 1_562_262_616, url, method: 'POST' })).rejects.toMatchObject({
      code: 'dpop_proof_invalid',
    })
    const sent = request({ method: 'POST', url, headers: { dpop: TOKEN_REQUEST } })
    const proofs = createDpopProofs({ clock: () => 1_562_262_616 })
    expect(await proofs.check(sent)).toEqual({ thumbprint: THUMBPRINT })
  })

  test('thumbprint and digest are those of sections 6.1 and 7.1', () => {
    const { jwk } = JSON.parse(Buffer.from(HEADER, 'base64url').toString()) as {
      jwk: Record<string, unknown>
    }
    expect(jwkThumbprint(jwk)).toBe(THUMBPRINT)
    expect(sha256(ACCESS_TOKEN)).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo')
  })
})
