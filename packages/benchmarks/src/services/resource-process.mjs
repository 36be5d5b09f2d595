import { createServer } from 'node:http'

// A service that tells how it was asked, and does nothing else: what is measured is the client.

const server = createServer(({ headers }, response) => {
  const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
  const isToken = token.split('.').length === 3
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ scheme: isToken ? scheme : 'none', proof: headers.dpop !== undefined }))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

process.on('disconnect', () => process.exit())
process.send({ url: `http://127.0.0.1:${server.address().port}/` })
