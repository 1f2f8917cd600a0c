// Two people in one story, in two real browsers, while everything goes wrong in a random order: typing, saving, closing, taking over, losing the
// network, killing the server. Whatever was typed has to be in the story or in a branch of it, to the last word.
//
//   DATELINE_SEED=123 node run.mjs safety      the same order again
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { browser, context, seen } from '../lib/browser.mjs'

const binary = process.env.DATELINE_BINARY ?? fileURLToPath(new URL('../../bin/dateline', import.meta.url))
const run = promisify(execFile)
const seed = Number(process.env.DATELINE_SEED ?? Date.now() % 1_000_000)
const budget = Number(process.env.DATELINE_SAFETY_SECONDS ?? 75) * 1000
const patient = { timeout: 60_000 }

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function dice(a) {
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DATELINE_')))

/** A site of its own that can be killed and comes back on the same port and data. */
async function site() {
  const data = await mkdtemp(join(tmpdir(), 'dateline-safety-'))
  let program, url, port = 0
  const start = async () => {
    program = spawn(binary, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const s of [program.stdout, program.stderr]) s.on('data', (d) => { said += d })
    for (const end = Date.now() + 60_000; ;) {
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)
      if (found) { url = `http://127.0.0.1:${found[1]}`; port = Number(found[1]) }
      if (url && (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200) return
      assert.ok(Date.now() < end && program.exitCode === null, `the site does not start:\n${said}`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }
  const kill = async (signal) => {
    const gone = new Promise((done) => program.once('exit', done))
    program.kill(signal)
    await gone
  }
  await start()
  const account = async (name) => (await run(binary, ['account', 'add', '--data', data, '--url', url, '--email', `${name}@safety.example`, '--name', name, '--role', 'admin'], { env })).stdout.trim().split('\n').at(-1)
  await account('Clerk')
  const token = (await run(binary, ['token', 'add', '--data', data, '--email', 'Clerk@safety.example'.toLowerCase()], { env })).stdout.trim()
  const call = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return { get url() { return url }, start, kill, account, call, end: async () => { await kill('SIGKILL'); await rm(data, { recursive: true, force: true }) } }
}

test('whatever goes wrong, every word is in the story or in a branch', { timeout: 300_000 }, async (t) => {
  t.diagnostic(`seed ${seed}`)
  console.log(`safety: seed ${seed}`)
  const random = dice(seed)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const it = await site()
  await it.call('POST', '/editions', { slug: 'en', name: 'Safety', language: 'en' })
  await it.call('POST', '/sections', { edition: 'en', slug: 'sea', name: 'Sea' })
  const { id } = await it.call('POST', '/articles', { edition: 'en', section: 'sea', headline: 'Safe', body_html: '<p>Beginning.</p>' })
  const browsers = [await browser(), await browser()]
  const typed = [] // every word that a page showed
  const log = []
  let word = 0
  const people = []
  try {
    for (const [n, name] of ['Ana', 'Ben'].entries()) {
      const { context: c } = await context(browsers[n], it.url, { locale: 'en-GB' })
      const page = await c.newPage()
      await page.goto(await it.account(name))
      await page.getByRole('button').first().click()
      await page.getByRole('navigation').first().waitFor(patient)
      people.push({ name, c, page, offline: false, open: false })
    }
    const enter = async (p) => {
      await p.page.goto(`${it.url}/newsroom/stories/${id}`, patient)
      await p.page.locator('.body').waitFor(patient)
      p.open = true
    }
    const acts = {
      async type(p) {
        if (!p.open) return
        const body = p.page.locator('.body[contenteditable=true]')
        if (await body.count() === 0) return
        const one = `w${seed.toString(36)}x${(word++).toString(36)}z`
        if (!await body.click({ timeout: 5000 }).then(() => true, () => false)) return // the other took the story over in this moment
        await p.page.keyboard.press(pick(['Control+End', 'Control+Home']))
        await p.page.keyboard.type(random() < 0.3 ? `\n${one} ` : ` ${one} `)
        // What counts is what the page took: between the look and the keys another may have taken the story.
        if ((await body.textContent().catch(() => '')).includes(one)) typed.push({ one, by: p.name })
      },
      async headline(p) {
        if (!p.open) return
        const line = p.page.locator('.line.headline')
        if (await line.evaluate((e) => e.readOnly).catch(() => true)) return
        const one = `h${seed.toString(36)}x${(word++).toString(36)}z`
        await line.click({ timeout: 5000 })
        await p.page.keyboard.press('End')
        await p.page.keyboard.type(` ${one}`)
        if ((await line.inputValue().catch(() => '')).includes(one)) typed.push({ one, by: p.name })
      },
      async save(p) { if (p.open) await p.page.keyboard.press('Control+s') },
      async take(p) {
        const button = p.page.getByRole('button', { name: /^(Take over|Take it back)$/ })
        if (p.open && !p.offline && await button.count() > 0) await button.first().click({ timeout: 5000 }).catch(() => undefined)
      },
      async offline(p) { p.offline = true; await p.c.setOffline(true) },
      async online(p) { p.offline = false; await p.c.setOffline(false) },
      async close(p) { // the tab dies without a word, and another one comes
        const old = p.page
        p.page = await p.c.newPage()
        await old.close()
        p.open = false
      },
      async open(p) { if (!p.open && !p.offline) await enter(p) },
      async kill() { await it.kill('SIGKILL'); await new Promise((done) => setTimeout(done, random() * 1500)); await it.start() },
      async wait() { await new Promise((done) => setTimeout(done, random() * 1200)) },
    }
    const chances = ['type', 'type', 'type', 'type', 'headline', 'save', 'take', 'take', 'offline', 'online', 'online', 'close', 'open', 'open', 'kill', 'wait', 'wait']
    for (const p of people) await enter(p)
    let kills = 0
    for (const end = Date.now() + budget; Date.now() < end;) {
      const p = pick(people)
      const act = pick(chances)
      if (act === 'kill') {
        if (kills === 4) continue
        kills++
      }
      log.push(`${p.name} ${act}`)
      await acts[act](p)
    }

    // Peace: the network is there, every page is open, and what is pending goes out. A choice between two texts is made.
    for (const p of people) {
      await acts.online(p)
      if (!p.open) await enter(p)
    }
    for (const p of people) {
      for (const end = Date.now() + 90_000; ;) {
        const choose = p.page.getByRole('button', { name: 'Go on with these' })
        if (await choose.count() > 0) await choose.click({ timeout: 5000 }).catch(() => undefined)
        const again = p.page.locator('.standing button')
        if (await again.count() > 0) await again.first().click({ timeout: 5000 }).catch(() => undefined)
        const says = await p.page.locator('.standing').first().textContent().catch(() => '')
        if (/^Saved|^Kept as your branch/.test(says ?? '')) break
        assert.ok(Date.now() < end, `${p.name} still says "${says}"`)
        await p.page.waitForTimeout(200)
      }
    }
    const kept = async () => {
      const { items } = await it.call('GET', `/articles/${id}/branches`)
      const all = [JSON.stringify(await it.call('GET', `/articles/${id}`))]
      for (const b of items) all.push(JSON.stringify(await it.call('GET', `/articles/${id}/branches/${b.id}`)))
      for (let after = ''; after !== undefined;) { // what stood in the story once and was chosen away is in its versions
        const list = await it.call('GET', `/articles/${id}/versions?limit=100${after ? `&after=${after}` : ''}`)
        for (const v of list.items) all.push(JSON.stringify(await it.call('GET', `/articles/${id}/versions/${v.version}`)))
        after = list.next
      }
      return all
    }
    let lost = []
    for (const end = Date.now() + 30_000; ;) {
      const all = (await kept()).join('\n')
      lost = typed.filter(({ one }) => !all.includes(one))
      if (lost.length === 0 || Date.now() > end) break
      await new Promise((done) => setTimeout(done, 500))
    }
    assert.ok(typed.length > 5, `only ${typed.length} words were typed`)
    assert.deepEqual(lost, [], `seed ${seed}: lost of ${typed.length} words after ${log.length} acts:\n${log.join('\n')}`)
    t.diagnostic(`${typed.length} words, ${log.length} acts, ${kills} kills`)
    for (const p of people) assert.deepEqual((await seen(p.page)).policy, [])
  } finally {
    for (const b of browsers) await b.close()
    await it.end()
  }
})
