// Whatever people, feeds and files call things: with the policy off nothing of it runs in the newsroom, and nothing of it is wider than a phone.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, patient } from '../lib/staff.mjs'

const { texts } = JSON.parse(await readFile(fileURLToPath(new URL('../hostile/payloads.json', import.meta.url)), 'utf8'))

/** A name that is markup, turned around, and one long word: at most n characters. */
const evil = (n, of = 0) => `"><img src=x onerror=window.__ran=1>${['<svg/onload=window.__ran=1>', '<script>window.__ran=1</script>', '{{constructor}}'][of % 3]}\u202e🦀${'W'.repeat(n)}`.slice(0, n).replace(/[\ud800-\udbff]$/, '')
const escaped = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

describe('hostile words in the newsroom', { timeout: 600_000 }, () => {
  let it, b, wire, edition, story, picture
  before(async () => {
    it = await house('serve', ['--allow-private', '127.0.0.0/8'])
    b = await browser()
    edition = await it.call('POST', '/editions', { slug: 'evil', name: evil(100), language: 'en', timezone: 'UTC' })
    await it.call('POST', '/sections', { edition: 'evil', slug: 'sea', name: evil(100, 1), description: evil(300) })
    const form = new FormData()
    form.set('file', new Blob([dot], { type: 'image/png' }), 'x.png')
    for (const [name, n] of [['credit', 150], ['caption', 3000], ['alt', 300], ['copyright', 150], ['usage_terms', 300], ['city', 80]]) form.set(name, evil(n))
    const sent = await fetch(`${it.url}/api/v1/pictures`, { method: 'POST', headers: { Authorization: `Bearer ${it.token}`, 'Idempotency-Key': 'evil' }, body: form })
    assert.equal(sent.status, 201, await sent.clone().text())
    picture = (await sent.json()).id
    story = await it.publish({
      edition: 'evil', section: 'sea', headline: evil(250), short_headline: evil(80), lead: evil(1000), dateline: { place: evil(80), source: evil(80) }, byline: [evil(80), evil(80, 1)],
      tags: [evil(60), evil(60, 1)], desk_note: evil(2000), picture, body_html: texts.map((x) => `<p>${escaped(x)}</p>`).join('') + `<p>${'W'.repeat(10_000)}</p>`,
    })
    for (const headline of texts) await it.call('POST', '/articles', { edition: 'evil', section: 'sea', headline, desk_note: headline }).catch(() => undefined) // some show nothing and are refused
    await it.update(story.id, { lead: evil(900, 1) }, 'correction', evil(500))
    await it.call('POST', '/alerts', { edition: 'evil', text: evil(200), level: 'notice' })
    await it.call('PUT', '/fronts/evil', { pins: [{ article: story.id, slot: 0, headline: evil(150, 2) }] }, { 'If-Match': '*' })
    for (const [kind, text] of [['authors', 'bio'], ['topics', 'description']]) {
      for (const one of (await it.call('GET', `/${kind}?edition=evil`)).items) await it.call('PATCH', `/${kind}/${one.slug}?edition=evil`, { [text]: evil(900), ...(kind === 'authors' ? { role: evil(150) } : {}) }, { 'If-Match': '*' })
    }
    wire = createServer((_, answer) => {
      answer.setHeader('Content-Type', 'application/rss+xml')
      answer.end(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>${escaped(evil(9000))}</title>${texts.concat(evil(800)).map((x, n) =>
        `<item><guid isPermaLink="false">${n}</guid><title>${escaped(escaped(x))}</title><description>${escaped(`<p>${x}</p>`)}</description><pubDate>${new Date().toUTCString()}</pubDate></item>`).join('').replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')}</channel></rss>`)
    })
    await new Promise((done) => wire.listen(0, '127.0.0.1', done))
    const source = await it.call('POST', '/sources', { edition: 'evil', kind: 'feed', name: evil(80), address: `http://127.0.0.1:${wire.address().port}/` })
    await it.call('POST', `/sources/${source.id}/refresh`)
    let read
    for (; !read?.reading.tried_at; read = await it.call('GET', `/sources/${source.id}`)) await new Promise((done) => setTimeout(done, 100))
    assert.ok(read.reading.new > 0, JSON.stringify(read.reading))
    await fetch(`${it.url}/api/v1/moves?edition=evil&name=${encodeURIComponent(evil(80))}`, { method: 'POST', headers: { Authorization: `Bearer ${it.token}`, 'Idempotency-Key': 'move', 'Content-Type': 'application/xml' }, body: `<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>${escaped(evil(300))}</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version></channel></rss>` })
  })
  after(async () => {
    wire?.close()
    await b?.close()
    await it?.stop()
  })

  test('nothing runs and nothing is too wide, in any view', async (t) => {
    const { page, c } = await enter(b, it, evil(120), 'admin', { bypassCSP: true })
    await page.getByRole('button', { name: 'Later', exact: true }).click()
    const own = (path, body) => page.evaluate(async ([p, sent]) => (await fetch(`/api/v1${p}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': p }, body: JSON.stringify(sent) })).status, [path, body])
    assert.deepEqual([await own('/tokens', { name: evil(80) }), await own('/accounts', { email: 'evil@dispatch.example', name: evil(150), grants: [{ role: 'reporter' }] })], [201, 201]) // no token may
    const press = (name) => page.getByRole('button', { name, exact: true }).click(patient)
    const at = (place) => [`settings/${place}`, '.settings-open h2']
    const views = {
      desk: ['', '.row'], glance: ['', '.row', async () => { await page.locator('.row .head').first().focus(); await page.keyboard.press('p') }], found: ['?q=img', '.row'],
      ...Object.fromEntries(['Details', 'Picture', 'Versions', 'Translations'].map((panel) => [panel, [`stories/${story.id}`, '.body', async () => { if (await page.getByRole('button', { name: panel, exact: true }).getAttribute('aria-expanded') === 'false') await press(panel) }]])),
      publish: [`stories/${story.id}`, '.body', () => press('Update')], preview: [`stories/${story.id}`, '.body', () => press('Preview')],
      inbox: ['inbox', '.inbox-item'], pictures: [`pictures?picture=${picture}`, '.crops'], fronts: ['fronts', '.slot'], history: ['fronts', '.slot', () => press('History')], alerts: ['alerts', '.chip'], reports: ['reports', 'main'],
      readership: ['readership', 'h1'], live: ['live', 'main'], you: ['you', '.plain-list'], palette: ['', '.row', async () => { await page.keyboard.press('Control+k'); await page.locator('.palette input').fill('img') }],
      ...Object.fromEntries(['editions', 'sections', 'navigation', 'pages', 'support', 'sources', 'move', 'people', 'tokens', 'audit'].map((p) => [p, at(p)])),
      ...Object.fromEntries(['authors', 'topics'].map((p) => [p, [`settings/${p}`, '.entry', () => page.locator('.entry').first().click()]])),
    }
    for (const [name, [path, there, then]] of Object.entries(views)) {
      await t.test(name, async () => {
        const wrong = []
        await page.setViewportSize({ width: 1280, height: 800 })
        await page.goto(`${it.url}/newsroom/${path}`)
        await page.locator(there).first().waitFor(patient)
        await then?.()
        await page.waitForLoadState('networkidle')
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 800 })
          const found = await page.evaluate(() => ({ ran: globalThis.__ran, made: document.querySelectorAll('img[src="x"], main script, [onload], [onerror]').length, 
            over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            who: [...document.querySelectorAll('.shell *, [role=dialog] *')].filter((e) => !e.closest('.scrolls') && Math.max(e.getBoundingClientRect().right, -e.getBoundingClientRect().left + innerWidth) > innerWidth + 1).slice(0, 3).map((e) => `${e.tagName}.${e.className}`),
          }))
          if (found.ran !== undefined) wrong.push('something ran')
          if (found.made > 0) wrong.push('markup became elements')
          if (found.over > 0) wrong.push(`${found.over} pixels too wide at ${width}: ${found.who}`)
          await shot(page, `hostile-${name}-${width}`)
        }
        assert.deepEqual(wrong, [])
      })
    }
    await c.close()
  })
})
