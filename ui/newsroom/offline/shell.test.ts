// One whole build or another, never a mix, and never an answer of the API.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Shell, type Build, type Kept, type Stores } from './shell'

const origin = 'https://news.example'

/** A device's stores, which outlive its workers. */
function device(): Stores & { all: Map<string, Map<string, string>> } {
  const all = new Map<string, Map<string, string>>()
  return {
    all,
    keys: async () => [...all.keys()],
    delete: async (name) => all.delete(name),
    open: async (name): Promise<Kept> => {
      const held = all.get(name) ?? new Map<string, string>()
      all.set(name, held)
      return { match: async (url) => held.has(url) ? new Response(held.get(url)) : undefined, put: async (url, answer) => { held.set(url, await answer.text()) } }
    },
  }
}

/** A server with the files of one build. */
function server(files: Record<string, string>) {
  const it = {
    files, asked: [] as string[], down: false, status: 200,
    fetch: async (request: Request | string): Promise<Response> => {
      const at = typeof request === 'string' ? request : new URL(request.url).pathname
      it.asked.push(at)
      if (it.down) throw new TypeError('not reached')
      if (it.status !== 200) return new Response('broken', { status: it.status })
      return at in it.files ? new Response(it.files[at]) : new Response('none', { status: 404 })
    },
  }
  return it
}

const build = (version: string, ...names: string[]): Build => ({
  version, page: `<page of ${version} MARK>`, files: names.map((n) => `/newsroom/assets/${n}`), mark: 'MARK', headers: { 'Content-Security-Policy': "style-src 'nonce-MARK'" },
})
const files = (...names: string[]) => Object.fromEntries(names.map((n) => [`/newsroom/assets/${n}`, n]))
let nonces = 0
const shell = (b: Build, stores: Stores, s: ReturnType<typeof server>) => new Shell(b, { origin, stores, fetch: s.fetch, nonce: () => `nonce${++nonces}` })
const ask = (path: string, mode = 'cors', method = 'GET') => ({ url: new URL(path, origin).href, method, mode }) as Request
const text = async (answer: Promise<Response> | undefined) => (await answer)?.text()

test('without a network the page of the build opens at every address of the application, with a nonce of its own', async () => {
  const s = server(files('a.js'))
  const one = shell(build('1', 'a.js'), device(), s)
  await one.install()
  s.down = true
  const answers = await Promise.all(['/newsroom/', '/newsroom/live/x', '/newsroom/live'].map(async (at) => (await one.answer(ask(at, 'navigate')))!))
  const seen = new Set<string>()
  for (const answer of answers) {
    const nonce = /nonce-(\w+)/.exec(answer.headers.get('Content-Security-Policy')!)![1]!
    assert.equal(await answer.text(), `<page of 1 ${nonce}>`)
    seen.add(nonce)
  }
  assert.equal(seen.size, 3)
  assert.equal(await text(one.answer(ask('/newsroom/assets/a.js'))), 'a.js')
})

test('while the server answers its page is shown; one behind a proxy that does not reach it counts as no network', async () => {
  const s = server({ '/newsroom/': 'the server\'s', ...files('a.js') })
  const one = shell(build('1', 'a.js'), device(), s)
  await one.install()
  assert.equal(await text(one.answer(ask('/newsroom/', 'navigate'))), 'the server\'s')
  s.status = 502
  assert.match(await text(one.answer(ask('/newsroom/', 'navigate'))) ?? '', /page of 1/)
  s.status = 500
  assert.equal(await text(one.answer(ask('/newsroom/', 'navigate'))), 'broken')
})

test('the API, pictures, events, forms, doors and other sites are left to the network', () => {
  const one = shell(build('1'), device(), server({}))
  for (const at of ['/api/v1/me', '/media/x.jpg', '/events?topic=desk:en', '/', '/newsroom/manifest.webmanifest', '/newsroom/worker.js', 'https://evil.example/newsroom/assets/a.js']) assert.equal(one.answer(ask(at)), undefined, at)
  for (const at of ['/', '/world/story', '/newsroom', '/newsroom/sign-in', '/newsroom/sign-in/token', '/newsroom/password', '/newsroom/set-up/x', '/newsroom/worker.js', '/newsroom/assets/a.js']) assert.equal(one.answer(ask(at, 'navigate')), undefined, at)
  assert.equal(one.answer(ask('/newsroom/', 'navigate', 'POST')), undefined)
})

test('a new build is taken whole, asks only for what is new, and open pages of the one before keep their files', async () => {
  const stores = device()
  const s = server(files('a1.js', 'same.js'))
  const one = shell(build('1', 'a1.js', 'same.js'), stores, s)
  await one.install()
  await one.activate()
  s.files = files('a2.js', 'same.js') // the binary was replaced
  s.asked = []
  const two = shell(build('2', 'a2.js', 'same.js'), stores, s)
  await two.install()
  await two.activate()
  assert.deepEqual(s.asked, ['/newsroom/assets/a2.js'])
  s.down = true
  assert.match(await text(two.answer(ask('/newsroom/', 'navigate'))) ?? '', /page of 2/)
  for (const name of ['a1.js', 'a2.js', 'same.js']) assert.equal(await text(two.answer(ask(`/newsroom/assets/${name}`))), name)
  s.down = false
  s.files = files('a3.js')
  const three = shell(build('3', 'a3.js'), stores, s)
  await three.install()
  await three.activate()
  assert.equal(stores.all.size, 2)
  s.down = true
  assert.match(await text(three.answer(ask('/newsroom/', 'navigate'))) ?? '', /page of 3/)
})

test('a build of which one file cannot be had is not taken; the one before stays', async () => {
  const stores = device()
  const s = server(files('a1.js'))
  const one = shell(build('1', 'a1.js'), stores, s)
  await one.install()
  s.files = files('a2.js')
  const two = shell(build('2', 'a2.js', 'of-another-node.js'), stores, s)
  await assert.rejects(two.install())
  s.down = true
  assert.match(await text(one.answer(ask('/newsroom/', 'navigate'))) ?? '', /page of 1/)
  assert.equal(await text(one.answer(ask('/newsroom/assets/a1.js'))), 'a1.js')
})
