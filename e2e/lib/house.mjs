// The real program with its made-up newsroom, on a port from the kernel and data that are thrown away.
import { spawn, execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, access } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const binary = process.env.DATELINE_BINARY ?? join(root, 'bin', 'dateline')
const run = promisify(execFile)

/** The words of the interface by language, as the pages take them. */
export async function catalogues() {
  const out = {}
  for (const language of ['en', 'es', 'ru', 'ar']) {
    out[language] = JSON.parse(await readFile(join(root, 'internal/page/lang', `${language}.json`), 'utf8'))
  }
  return out
}

/** Starts the demo, or uses the one that run.mjs started for all tests; with more flags it is always one of its own. `empty` is a site nobody has set up. stop() ends what was started here. */
export async function house(command = 'demo', flags = []) {
  if (command === 'demo' && flags.length === 0 && process.env.DATELINE_E2E_URL) {
    return api({ url: process.env.DATELINE_E2E_URL, token: process.env.DATELINE_E2E_TOKEN, data: process.env.DATELINE_E2E_DATA, stop: async () => {} })
  }
  await access(binary).catch(() => { throw new Error(`${binary} is not there: run make build`) })
  const data = await mkdtemp(join(tmpdir(), 'dateline-e2e-'))
  const env = { ...process.env }
  for (const name of Object.keys(env)) if (name.startsWith('DATELINE_')) delete env[name]
  let program, said = ''
  const start = async (listen, of = binary) => {
    program = spawn(of, [command === 'empty' ? 'serve' : command, '--data', data, '--listen', listen, ...(command === 'demo' ? ['--every', '24h'] : []), ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    said = ''
    const found = await new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no address within five minutes:\n${said}`)), 300_000)
      const hear = (text) => {
        said += text
        const address = /https?:\/\/[^\s/]+/.exec(said)
        if (address) {
          clearTimeout(timer)
          done(address[0])
        }
      }
      program.stdout.on('data', hear)
      program.stderr.on('data', (text) => { said += text })
      program.on('exit', (code) => fail(new Error(`the program ended with ${code}:\n${said}`)))
    })
    await ready(found)
    return found
  }
  const url = await start('127.0.0.1:0')
  const email = 'browser@dispatch.example'
  let token
  if (command !== 'empty') {
    await run(binary, ['account', 'add', '--data', data, '--email', email, '--name', 'Browser', '--role', 'admin'], { env })
    token = (await run(binary, ['token', 'add', '--data', data, '--email', email], { env })).stdout.trim()
  }
  const stop = async () => {
    const gone = new Promise((done) => program.once('exit', done))
    program.kill('SIGTERM')
    await Promise.race([gone, new Promise((done) => setTimeout(done, 12_000).unref())])
    program.kill('SIGKILL')
    await rm(data, { recursive: true, force: true })
  }
  /** Ends the program as a power cut would. */
  const kill = async () => {
    const gone = new Promise((done) => program.once('exit', done))
    program.kill('SIGKILL')
    await gone
  }
  /** Starts it again on what the last one left, at the same address; of may be another build of it. */
  const again = (of) => start(new URL(url).host, of)
  return api({ url, token, data, stop, kill, again, log: () => said })
}

async function ready(url) {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`${url} is not ready`)
}

/** Adds what the newsroom does through the API. */
function api(it) {
  let key = 0
  const call = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${it.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${it.token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(method === 'POST' ? { 'Idempotency-Key': `browser-${process.pid}-${key++}-${Date.now()}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  let people = 0
  return {
    ...it,
    call,
    /** A one-time sign-in address for somebody new in the newsroom. */
    async person(name, role = 'editor') {
      const email = `${name.toLowerCase().replace(/[^a-z]/g, '')}.${process.pid}.${Date.now()}.${people++}@dispatch.example`
      const { stdout } = await run(binary, ['account', 'add', '--data', it.data, '--url', it.url, '--email', email, '--name', name, '--role', role])
      return stdout.trim().split('\n').at(-1)
    },
    /** A reader with an account: its id, a token to speak with, a one-time sign-in address, and `post`, which does something as that reader. */
    async reader(name) {
      const email = `${name.toLowerCase().replace(/[^a-z]/g, '')}.${process.pid}.${Date.now()}.${people++}@reader.example`
      const { stdout } = await run(binary, ['account', 'add', '--data', it.data, '--url', it.url, '--email', email, '--name', name, '--role', 'reader'])
      const token = (await run(binary, ['token', 'add', '--data', it.data, '--email', email])).stdout.trim()
      const me = await (await fetch(`${it.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).json()
      return { token, id: me.id, post: (path, body) => call('POST', path, body, { Authorization: `Bearer ${token}` }), link: stdout.trim().split('\n').at(-1) }
    },
    editions: async () => (await call('GET', '/editions')).items,
    sections: async (edition) => (await call('GET', `/sections?edition=${edition}`)).items,
    articles: async (query) => (await call('GET', `/articles?${new URLSearchParams(query)}`)).items,
    /** Writes and publishes a story; fields override what it is made of. */
    async publish(fields = {}) {
      const edition = fields.edition ?? (await this.defaultEdition()).slug
      const section = fields.section ?? (await this.sections(edition))[0].slug
      const story = await call('POST', '/articles', {
        headline: `Test bell rings ${Date.now()}`, lead: 'The bell was rung once, at noon, as it is each week.',
        body_html: '<p>The bell was rung once.</p>', byline: [], genre: 'news', ...fields, edition, section,
      })
      return call('POST', `/articles/${story.id}/publish`, { change: 'first' }, { 'If-Match': '*' }).then((published) => ({ ...story, ...published }))
    },
    async update(id, patch, change = 'update', note = 'More is known.') {
      await call('PATCH', `/articles/${id}`, patch, { 'If-Match': '*' })
      return call('POST', `/articles/${id}/publish`, { change, note }, { 'If-Match': '*' })
    },
    withdraw: (id, note = 'It was a test.') => call('POST', `/articles/${id}/withdraw`, { note }, { 'If-Match': '*' }),
    async defaultEdition() {
      const all = await this.editions()
      return all.find((e) => e.default) ?? all[0]
    },
  }
}

/** Gives a house that nobody has set up two editions, one right to left, in which nothing waits that somebody new says. */
export async function talkers(it) {
  for (const [slug, name, language] of [['international', 'The Dispatch', 'en'], ['ar', 'البريد', 'ar']]) {
    await it.call('POST', '/editions', { slug, name, language, timezone: 'UTC', ...(language === 'en' ? { default: true } : {}) })
    await it.call('POST', '/sections', { edition: slug, slug: 'port', name: language === 'en' ? 'Port' : 'الميناء' })
  }
  const editions = await it.editions()
  for (const e of editions) await it.call('PATCH', `/editions/${e.slug}/discussion`, { new_for: 0 })
  return editions
}

/** A house with one edition and one live coverage: the house, the coverage's story, and what its posts say that are out. */
export async function covered() {
  const it = await house('serve')
  try {
    const edition = await it.call('POST', '/editions', { slug: 'international', name: 'The Harbour Post', language: 'en', timezone: 'UTC', default: true })
    await it.call('POST', '/sections', { edition: edition.slug, slug: 'port', name: 'Port' })
    const story = await it.publish({ edition: edition.slug, section: 'port', kind: 'live', headline: 'Storm reaches the coast', lead: 'As it happens.', body_html: undefined })
    const posts = async () => (await it.call('GET', `/articles/${story.id}/posts?state=published&limit=100`)).items.map((p) => JSON.stringify(p.body).match(/"text":"([^"]*)"/)?.[1])
    return { it, story, posts }
  } catch (e) { // nobody else knows of it, who could end it
    await it.stop()
    throw e
  }
}
