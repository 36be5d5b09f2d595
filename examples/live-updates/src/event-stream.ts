import { currentAuth, whenTokenEnds } from '@portcullis/express'
import type { RequestHandler } from 'express'
import type { Feed } from './feed.js'
import type { Watch } from './watch.js'

/** Server-sent events for as long as the token is good; `authenticate` stands before it. */
export function eventStream(feed: Feed, watch: Watch): RequestHandler {
  return (req, res) => {
    const auth = currentAuth(req)
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    res.flushHeaders()

    const stopListening = feed.listen((price) => {
      res.write(`data: ${JSON.stringify(price)}\n\n`)
    })
    const stopWatching = whenTokenEnds(
      auth,
      (reason) => {
        stopListening()
        // A browser opens the stream again by itself, and is told 401 then: that ends its attempts.
        res.end(`event: end\ndata: ${reason}\n\n`)
      },
      watch,
    )
    res.on('close', () => {
      stopWatching()
      stopListening()
    })
  }
}
