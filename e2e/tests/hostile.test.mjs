// Whatever people, feeds and files call things, and whatever readers and moderators say: with the policy off nothing of it runs, in the newsroom or on
// readers' pages; it is there to the byte, and nothing of it is wider than a phone.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { escaped, evil, pieces, talk, texts } from '../hostile/talk.mjs'
import { browser, context, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { arrive, enter, patient } from '../lib/staff.mjs'

/** A text as a document has it that was made of HTML. */
const document = (s) => s.replace(/ {2,}/g, ' ')
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

describe('hostile words', { timeout: 900_000 }, () => {
  let it, b, wire, edition, story, picture, talked
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
    talked = await talk(it, 'evil', 'sea', story, picture)
    for (const text of pieces(1900)) await fetch(`${it.url}/report/${story.id}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ text }) }).then((answer) => assert.equal(answer.status, 303))
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

  /** What a page shows wrongly: what ran, what became an element, what is too wide, and which of some words are not there to the byte. */
  const wrongly = async (page, name, words, inside) => {
    const wrong = []
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 })
      const found = await page.evaluate(([all, at]) => {
        const shown = [...document.querySelectorAll('body *')].flatMap((e) => e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement ? [e.value, e.textContent] : []).concat(document.body.textContent)
        return {
          ran: globalThis.__ran, made: document.querySelectorAll('img[src="x"], main script, [onload], [onerror]').length,
          over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          who: [...document.querySelectorAll(at)].filter((e) => !e.closest('.scrolls') && Math.max(e.getBoundingClientRect().right, -e.getBoundingClientRect().left + innerWidth) > innerWidth + 1).slice(0, 3).map((e) => `${e.tagName}.${e.className}`),
          missing: all.filter((one) => !shown.some((text) => text.includes(one))),
        }
      }, [words, inside])
      if (found.ran !== undefined) wrong.push('something ran')
      if (found.made > 0) wrong.push('markup became elements')
      if (found.over > 0) wrong.push(`${found.over} pixels too wide at ${width}: ${found.who}`)
      if (found.missing.length > 0) wrong.push(`${found.missing.length} not to the byte, of ${words.length}: ${JSON.stringify(found.missing.slice(0, 8))}`)
      await shot(page, `hostile-${name}-${width}`)
    }
    return wrong
  }

  test('nothing runs and nothing is too wide, in any view', async (t) => {
    const { page, c } = await enter(b, it, evil(120), 'admin', { bypassCSP: true })
    await page.getByRole('button', { name: 'Later', exact: true }).click()
    const own = (path, body) => page.evaluate(async ([p, sent]) => (await fetch(`/api/v1${p}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': p }, body: JSON.stringify(sent) })).status, [path, body])
    assert.deepEqual([await own('/tokens', { name: evil(80) }), await own('/accounts', { email: 'evil@dispatch.example', name: evil(150), grants: [{ role: 'reporter' }] })], [201, 201]) // no token may
    const press = (name) => page.getByRole('button', { name, exact: true }).click(patient)
    const said = { reported: [...pieces(1900), ...pieces(480).slice(0, 1)], unmoderated: talked.names.slice(-10), rejected: talked.rejected.map((c) => c.reason) }
    const at = (place) => [`settings/${place}`, '.settings-open h2']
    const views = {
      desk: ['', '.row'], glance: ['', '.row', async () => { await page.locator('.row .head').first().focus(); await page.keyboard.press('p') }], found: ['?q=img', '.row'],
      ...Object.fromEntries(['Details', 'Picture', 'Versions', 'Translations'].map((panel) => [panel, [`stories/${story.id}`, '.body', async () => { if (await page.getByRole('button', { name: panel, exact: true }).getAttribute('aria-expanded') === 'false') await press(panel) }]])),
      publish: [`stories/${story.id}`, '.body', () => press('Update')], preview: [`stories/${story.id}`, '.body', () => press('Preview')],
      inbox: ['inbox', '.inbox-item'], pictures: [`pictures?picture=${picture}`, '.crops'], fronts: ['fronts', '.slot'], history: ['fronts', '.slot', () => press('History')], alerts: ['alerts', '.chip'], reports: ['reports', '.report', undefined, pieces(1900)],
      ...Object.fromEntries(['reported', 'pending', 'unmoderated', 'approved', 'rejected'].map((q) => [`community ${q}`, [`community?queue=${q}`, q === 'pending' ? 'main' : '.comment-card', undefined, said[q] ?? []]])),
      objecting: ['community?queue=reported', '.comment-card', undefined, pieces(480).slice(0, 1)], member: [`community?author=${talked.ana.id}&queue=rejected`, '.comment-card', async () => { await page.locator('.comment-card .who').first().click(); await page.getByRole('dialog').waitFor(patient) }],
      rooms: ['community/rooms', 'main li', undefined, [evil(80)]], transparency: ['community/transparency', '.transparency'], 'live desk': [`live/${talked.coverage.id}`, '.post', undefined, pieces(800).map(document).slice(-1)],
      readership: ['readership', 'h1'], live: ['live', 'main'], you: ['you', '.plain-list'], palette: ['', '.row', async () => { await page.keyboard.press('Control+k'); await page.locator('.palette input').fill('img') }],
      ...Object.fromEntries(['editions', 'sections', 'navigation', 'pages', 'support', 'discussion', 'sources', 'move', 'people', 'tokens', 'audit'].map((p) => [p, at(p)])),
      ...Object.fromEntries(['authors', 'topics'].map((p) => [p, [`settings/${p}`, '.entry', () => page.locator('.entry').first().click()]])),
    }
    for (const [name, [path, there, then, words = []]] of Object.entries(views)) {
      await t.test(name, async () => {
        await page.setViewportSize({ width: 1280, height: 800 })
        await page.goto(`${it.url}/newsroom/${path}`)
        await page.locator(there).first().waitFor(patient)
        await then?.()
        await page.waitForLoadState('networkidle')
        assert.deepEqual(await wrongly(page, name, words, '.shell *, [role=dialog] *'), [])
      })
    }
    await c.close()
  })

  test('nothing runs on readers\' pages, with scripts and without, and every text is there to the byte', async (t) => {
    const around = [...talked.names.slice(0, 45), evil(80), evil(80, 1)]
    const pages = {
      front: [`${it.url}/`, [...around, ...talked.names.slice(45), evil(200, 1)]], story: [story.url, [evil(80)]], 'standing page': [talked.page.url, [evil(200)]], 'live page': [talked.coverage.url, [...pieces(800).map(document), evil(60, 1), evil(60, 2), evil(80)]],
      discussion: [`${story.url}/discussion`, talked.names], 'one comment': [talked.said[3].url, [talked.said[0].body]], chats: [`${it.url}/chats`, [evil(80)]], chat: [talked.room.url, talked.names.slice(-20)], answer: [`${it.url}/comment/${story.id}?to=${talked.said[1].id}&quote`, [talked.said[1].body]],
      complaint: [`${it.url}/comment/${story.id}/report?c=${talked.said[2].id}`, [talked.said[2].body]], report: [`${it.url}/report/${story.id}`, []],
    }
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? 'scripts on' : 'scripts off'
      const { context: c } = await context(b, it.url, { bypassCSP: true, javaScriptEnabled })
      const page = await c.newPage()
      for (const [name, [url, words]] of Object.entries(pages)) {
        await t.test(`${name}, ${how}`, async () => {
          const answer = await page.goto(url)
          assert.ok([200, 401].includes(answer.status()), `${answer.status()}`)
          assert.deepEqual(await wrongly(page, `${name}-${javaScriptEnabled}`, words, 'body *'), [])
        })
      }
      await c.close()
    }
    await t.test('all of it by the API', async () => {
      const { items } = await it.call('GET', `/articles/${story.id}/comments?limit=100`)
      const stored = new Set(items.map((one) => one.body))
      assert.deepEqual(talked.names.filter((one) => !stored.has(one)), [], 'what was said is kept otherwise')
    })
  })

  test('nothing runs where readers are told what was decided on them, and where they object', async (t) => {
    const [first, last] = [talked.rejected[0], talked.rejected.at(-1)]
    const views = {
      ana: {
        notifications: ['account/notifications', talked.rejected.map((c) => c.reason)], account: ['account', [evil(120)]], objected: [`comment/${story.id}?said=${first.id}`, [first.reason, first.body]],
        statement: [`comment/${story.id}?said=${last.id}`, [last.reason, last.body]], form: [`comment/${story.id}/appeal?c=${last.id}`, [last.body]],
      },
      cleo: { suspended: ['account', [pieces(480)[0]]], silent: [`comment/${story.id}`, ['You may not write here for now.']] },
    }
    for (const [who, all] of Object.entries(views)) {
      const { page, c } = await arrive(b, talked[who].link, { bypassCSP: true })
      const session = await c.storageState()
      for (const javaScriptEnabled of [true, false]) {
        const one = javaScriptEnabled ? page : await (await context(b, it.url, { bypassCSP: true, javaScriptEnabled, storageState: session })).context.newPage()
        for (const [name, [path, words]] of Object.entries(all)) {
          await t.test(`${name}, scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
            const answer = await one.goto(new URL(path, `${it.url}/`).href)
            assert.equal(answer.status(), 200)
            assert.deepEqual(await wrongly(one, `${name}-${javaScriptEnabled}`, words, 'body *'), [])
          })
        }
        await one.context().close()
      }
    }
  })
})
