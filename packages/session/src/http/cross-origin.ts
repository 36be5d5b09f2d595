/**
 * Lets pages of the listed origins read the answers (CORS), with cookies; of all others, none.
 *
 * @param origins to the letter
 */
export function allowOrigins(request: Request, response: Response, origins: readonly string[]): Response {
  response.headers.append('Vary', 'Origin')
  const origin = request.headers.get('origin')
  if (origin !== null && origins.includes(origin)) {
    response.headers.set('Access-Control-Allow-Origin', origin)
    response.headers.set('Access-Control-Allow-Credentials', 'true')
  }
  return response
}
