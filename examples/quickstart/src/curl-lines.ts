import { CLIENTS, type ClientName } from './clients.js'
import { ORDERS } from './resources.js'
import type { System } from './system.js'

/** What to type in another terminal while the system runs. */
export function curlLines({ authorizationServer, services }: System): string[] {
  const running = [{ name: 'issuer', url: authorizationServer.issuer }, ...services]
  const url = services[0]?.url ?? ''
  const reader = '-H "Authorization: Bearer $READER"'
  const admin = '-H "Authorization: Bearer $ADMIN"'
  const tries: [command: string, answer: string][] = [
    [`curl -i ${url}/health`, '200, open to everybody'],
    [`curl -i ${url}/orders`, '401, no token'],
    [`curl -i ${reader} ${url}/orders`, '200'],
    [`curl -i ${reader} ${reader} ${url}/orders`, '400, two tokens'],
    [`curl -i ${reader} -X DELETE ${url}/orders/7`, '403, not an admin'],
    [`curl -i ${admin} -X DELETE ${url}/orders/7`, '200'],
  ]
  const longest = Math.max(...tries.map(([command]) => command.length))
  return [
    'Running until Ctrl-C:',
    '',
    ...running.map(({ name, url }) => `  ${name.padEnd(8)} ${url}`),
    '',
    'In another terminal, get the tokens of a client that may read orders, and of one that is an admin as well:',
    '',
    ...(['reader', 'admin'] as const).map((client) => `  ${tokenLine(client, authorizationServer.issuer)}`),
    '',
    'and try them on any of the services:',
    '',
    ...tries.map(([command, answer]) => `  ${command.padEnd(longest)}  # ${answer}`),
  ]
}

function tokenLine(client: ClientName, issuer: string): string {
  const { secret, scopes } = CLIENTS[client]
  const form = { grant_type: 'client_credentials', scope: scopes.join(' '), resource: ORDERS }
  const fields = Object.entries(form).map(([name, value]) => `-d ${name}=${value}`)
  const curl = ['curl -s', `-u ${client}:${secret}`, ...fields, `${issuer}/token`].join(' ')
  return `${client.toUpperCase()}=$(${curl} | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`
}
