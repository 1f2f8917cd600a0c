// The worker between the application and the network. build.mjs puts a build into it, the server the headers of its page.
import { Shell } from './shell'

declare const PAGE: string, FILES: string[], VERSION: string, MARK: string, HEADERS: Record<string, string>

interface Later extends Event { waitUntil(p: Promise<unknown>): void }
interface Arrival extends Later { addRoutes?(rules: { condition: { urlPattern: string }, source: 'network' }[]): Promise<void> }
interface Asked extends Event { request: Request, respondWith(p: Promise<Response>): void }

const self = globalThis as unknown as {
  location: Location
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  addEventListener<E extends Event>(kind: string, f: (e: E) => void): void
}

const shell = new Shell({ version: VERSION, page: PAGE, files: FILES, headers: HEADERS, mark: MARK }, {
  origin: self.location.origin, stores: caches, fetch: (request) => fetch(request),
  nonce: () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/[+/=]/g, ''),
})

// A new build takes over at once: pages of the one before keep its files, and the next page that is opened is whole either way.
self.addEventListener<Arrival>('install', (e) => {
  // What is no file of the application goes past the worker where the browser can do that: what a page still sends while it is left
  // (a lock let go, words of the last second) is lost when it has to wake the worker first.
  const past = e.addRoutes?.(['/api/*', '/events*'].map((urlPattern) => ({ condition: { urlPattern }, source: 'network' })))
  e.waitUntil(Promise.all([shell.install(), past?.catch(() => undefined)]).then(() => self.skipWaiting()))
})
self.addEventListener<Later>('activate', (e) => e.waitUntil(shell.activate().then(() => self.clients.claim())))
self.addEventListener<Asked>('fetch', (e) => {
  const answer = shell.answer(e.request)
  if (answer) e.respondWith(answer)
})
