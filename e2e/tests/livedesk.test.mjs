// What a desk does with a live coverage besides posting: schedules, the end, articles out of posts, words and pictures of others, four languages.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot } from '../lib/browser.mjs'
import { catalogues, house } from '../lib/house.mjs'
import { enter, patient } from '../lib/staff.mjs'

const item = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Harbour Wire</title><link>https://wire.example/</link><item><guid isPermaLink="false">1</guid><title>Bridge stuck</title><description><![CDATA[<p>The bridge is stuck, the harbour office said at noon, after a night in which nobody went home.</p>]]></description></item></channel></rss>'

describe('the desk of a live coverage', { timeout: 600_000 }, () => {
  let it, b, wire
  before(async () => {
    it = await house('serve', ['--allow-private', '127.0.0.0/8'])
    b = await browser()
    const edition = await it.call('POST', '/editions', { slug: 'international', name: 'International', language: 'en', timezone: 'UTC' })
    await it.call('POST', '/sections', { edition: edition.slug, slug: 'port', name: 'Port' })
    wire = createServer((_, answer) => { answer.setHeader('Content-Type', 'application/rss+xml'); answer.end(item) })
    await new Promise((done) => wire.listen(0, '127.0.0.1', done))
  })
  after(async () => {
    wire?.close()
    await b?.close()
    await it?.stop()
  })

  let n = 0
  const storm = () => it.publish({ edition: 'international', section: 'port', kind: 'live', headline: `Storm ${++n} reaches the coast`, lead: 'As it happens.', body_html: undefined })
  const post = (story, fields) => it.call('POST', `/articles/${story.id}/posts`, { state: 'published', ...fields })
  const posts = async (story, state = 'published') => (await it.call('GET', `/articles/${story.id}/posts?state=${state}&limit=100`)).items
  const box = (page) => page.getByRole('textbox', { name: 'Text of the post' })
  const open = async (story, name, options) => {
    const one = await enter(b, it, name, undefined, options)
    await one.page.goto(`${it.url}/newsroom/live/${story.id}`)
    await one.page.locator('.livebox .post-text').waitFor(patient)
    return one
  }
  const until = async (what, f) => {
    for (const end = Date.now() + 60_000; ; await new Promise((done) => setTimeout(done, 100))) {
      const found = await f()
      if (found) return found
      assert.ok(Date.now() < end, what)
    }
  }

  test('a post is scheduled: not for the past, in its list with its time, and out when somebody lets it', async () => {
    const story = await storm()
    const { page, watch, close } = await open(story, 'Ana Brandt')
    await box(page).click()
    await page.keyboard.type('The tide turns.')
    await page.getByRole('switch', { name: 'Schedule' }).click()
    await page.getByLabel('Goes out at').fill('2020-01-01T10:00')
    await page.getByRole('button', { name: 'Schedule', exact: true }).click()
    await page.getByText('Choose a time that is still to come.').waitFor(patient)
    assert.equal((await posts(story, 'scheduled')).length, 0)
    await page.getByLabel('Goes out at').fill(`${new Date().getFullYear() + 1}-06-01T10:00`)
    await page.getByRole('button', { name: 'Schedule', exact: true }).click()
    await page.getByText(/^Goes out /).waitFor(patient)
    assert.equal((await posts(story)).length, 0)
    await page.getByRole('button', { name: /^Scheduled/ }).click()
    const row = page.locator('.post', { hasText: 'The tide turns.' })
    await row.waitFor(patient)
    await shot(page, 'live-scheduled')
    await row.getByRole('button', { name: 'Publish now' }).click()
    await until('it is not out', async () => (await posts(story)).length === 1)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a coverage is closed and readers see it at once; it is reopened and goes on', async () => {
    const story = await storm()
    await post(story, { body_html: '<p>Calm again.</p>' })
    const { context: rc } = await context(b, it.url)
    const reader = await rc.newPage()
    await reader.goto(story.url)
    const { page, watch, close } = await open(story, 'Ben Okoro')
    await page.getByRole('button', { name: 'Close the coverage' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Close the coverage' }).click()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByText('This coverage is closed.', { exact: false }).waitFor(patient)
    assert.equal(await box(page).count(), 0)
    const { en } = await catalogues()
    await reader.locator('[data-status]').getByText(en.words['live.closed']).waitFor(patient)
    await page.getByRole('button', { name: 'Reopen' }).click()
    await box(page).waitFor(patient)
    await reader.locator('[data-status]').getByText(en.words['live.now']).waitFor(patient)
    await box(page).click()
    await page.keyboard.type('It blows again.')
    await page.keyboard.press('Control+Enter')
    await reader.getByText('It blows again.').waitFor(patient)
    assert.deepEqual(watch.faults, [])
    await rc.close()
    await close()
  })

  test('an article is made of a post, and each leads to the other', async () => {
    const story = await storm()
    const made = await post(story, { headline: 'Mole under water', body_html: '<p>The mole is closed to everybody.</p>' })
    const { page, close } = await open(story, 'Cora Lind')
    await page.locator('.post').getByRole('button', { name: /^What to do with/ }).click()
    await page.getByRole('menuitem', { name: 'Make an article' }).click()
    await page.getByRole('link', { name: 'The article made of it' }).click()
    await page.getByRole('textbox', { name: 'Headline', exact: true }).waitFor(patient)
    assert.equal(await page.getByRole('textbox', { name: 'Headline', exact: true }).inputValue(), 'Mole under water')
    const id = (await posts(story))[0].article
    assert.ok(page.url().endsWith(`/stories/${id}`))
    await it.call('PATCH', `/articles/${id}`, { section: 'port', lead: 'Nobody may go there.' }, { 'If-Match': '*' })
    const article = await it.call('POST', `/articles/${id}/publish`, { change: 'first' }, { 'If-Match': '*' })
    const { context: rc } = await context(b, it.url)
    const reader = await rc.newPage()
    await reader.goto(story.url)
    await reader.locator(`#post-${made.id}`).getByRole('link', { name: 'Mole under water' }).click()
    await reader.waitForURL(article.url)
    await reader.getByRole('link', { name: story.headline }).first().click()
    await reader.waitForURL(story.url)
    await rc.close()
    await close()
  })

  test('"/" offers parts of a post without the mouse', async () => {
    const story = await storm()
    const { page, watch, close } = await open(story, 'Dora Vey')
    const command = async (words) => {
      await box(page).click()
      await page.keyboard.press('Control+End')
      await page.keyboard.type(`/${words}`)
      await page.locator('[role=option], [role=menuitem]').filter({ hasText: words }).first().waitFor(patient)
      await page.keyboard.press('Enter')
    }
    await command('Key event')
    await until('no key event', () => page.getByRole('switch', { name: 'Key event' }).isChecked())
    await command('Score')
    await page.getByLabel('Home', { exact: true }).fill('Harbour FC')
    await page.getByLabel('Away', { exact: true }).fill('Quay United')
    await command('Headline')
    await page.getByRole('textbox', { name: 'Headline' }).fill('Kick-off')
    await command('Quote')
    await page.keyboard.type('It begins.')
    await shot(page, 'live-slash')
    await page.keyboard.press('Control+Enter')
    const [out] = await until('it is not out', async () => { const all = await posts(story); return all.length > 0 && all })
    assert.deepEqual([out.headline, out.kind, out.key_event, out.score.home, out.body.content[0].type], ['Kick-off', 'score', true, 'Harbour FC', 'blockquote'])
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a picture comes into a post that is out already, with its credit', async () => {
    const story = await storm()
    await post(story, { body_html: '<p>The mole is closed.</p>' })
    const { page, watch, close } = await open(story, 'Eva Lund')
    await page.locator('.post').getByRole('button', { name: /^What to do with/ }).click()
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click()
    const png = Buffer.from(await page.evaluate(async () => {
      const c = new OffscreenCanvas(640, 420)
      const x = c.getContext('2d')
      x.fillStyle = '#246'
      x.fillRect(0, 0, 640, 420)
      return [...new Uint8Array(await (await c.convertToBlob({ type: 'image/png' })).arrayBuffer())]
    }))
    const edit = page.locator('.post-edit')
    await edit.locator('input[type=file]').first().setInputFiles({ name: 'mole.png', mimeType: 'image/png', buffer: png })
    await edit.getByLabel('Credit').fill('Eva Lund / Dispatch')
    await edit.getByLabel('Alternative text').fill('A stone wall')
    await shot(page, 'live-edit-picture')
    await edit.getByRole('button', { name: 'Save', exact: true }).click()
    await edit.waitFor({ state: 'detached', ...patient })
    const [out] = await posts(story)
    assert.deepEqual(out.body.content.map((x) => x.type), ['paragraph', 'picture'])
    assert.equal(out.body.content[1].attrs.alt, 'A stone wall')
    assert.match(await (await fetch(story.url)).text(), /Eva Lund \/ Dispatch/)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a reader\'s words go out under his name, and not before he agrees; a wire item comes into the box, and what stood there is a draft', async () => {
    const story = await storm()
    const { page, watch, close } = await open(story, 'Fay Moor')
    await box(page).click()
    await page.keyboard.type('Sparks at the mast.')
    await page.getByRole('button', { name: 'Sender' }).click()
    await page.getByLabel('Who sent it').fill('Ines, on the mole')
    await box(page).click()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Who sent this has not agreed', { exact: false }).waitFor(patient)
    await page.getByLabel('Agrees to the publication').check()
    await shot(page, 'live-sender')
    await box(page).click()
    await page.keyboard.press('Control+Enter')
    await until('it is not out', async () => (await posts(story)).length === 1)
    assert.match(await (await fetch(story.url)).text(), /Sent by Ines, on the mole/)
    await box(page).click()
    await page.keyboard.type('Half a sentence')
    const source = await it.call('POST', '/sources', { edition: 'international', name: 'Harbour Wire', kind: 'feed', address: `http://127.0.0.1:${wire.address().port}/feed.xml` })
    await it.call('POST', `/sources/${source.id}/refresh`).catch(() => undefined)
    await until('the wire item is not there', async () => (await it.call('GET', '/inbox?edition=international&state=new')).items.length === 1)
    await until('the box is not kept', () => page.evaluate(() => new Promise((done) => { const o = indexedDB.open('dateline-live'); o.onsuccess = () => { const r = o.result.transaction('boxes').objectStore('boxes').getAll(); r.onsuccess = () => { o.result.close(); done(r.result.some((x) => JSON.stringify(x.written).includes('Half a sentence'))) } } })))
    await page.getByRole('navigation').getByRole('link', { name: 'Inbox', exact: true }).click()
    await page.getByRole('button', { name: 'Into a live coverage' }).click(patient)
    await shot(page, 'inbox-live')
    await page.getByRole('menuitem', { name: story.headline }).click()
    await page.getByRole('textbox', { name: 'Headline' }).waitFor(patient)
    assert.equal(await page.getByRole('textbox', { name: 'Headline' }).inputValue(), 'Bridge stuck')
    assert.equal(await page.getByLabel('Who sent it').inputValue(), 'Harbour Wire')
    await until('what stood in the box is lost', async () => (await posts(story, 'draft')).some((p) => JSON.stringify(p.body).includes('Half a sentence')))
    await box(page).click()
    await page.keyboard.press('Control+Enter')
    await until('it is not out', async () => (await posts(story)).some((p) => p.headline === 'Bridge stuck' && p.contributor.name === 'Harbour Wire'))
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('the desk and the box hear of a contribution that waits, and whose it is', async () => {
    const story = await storm()
    const { page, watch, close } = await open(story, 'Gus Hale')
    const { page: sender, close: left } = await enter(b, it, 'Nia Rook', 'moderator')
    await sender.goto(`${it.url}/newsroom/live/${story.id}`)
    await box(sender).click()
    await sender.keyboard.type('A reader saw sparks.')
    await sender.getByRole('button', { name: 'Send to the desk' }).click()
    await page.getByRole('button', { name: '1 contribution waits' }).click(patient)
    await page.locator('.post').getByText('Sent by Nia Rook').waitFor(patient)
    assert.match(await page.title(), /^\(1\) Storm/)
    await page.goto(`${it.url}/newsroom/`)
    await page.getByRole('link', { name: '1 contribution waits' }).click(patient)
    await page.getByRole('button', { name: /^Contributions/ }).click()
    await page.locator('.post').getByRole('button', { name: 'Publish', exact: true }).click()
    await until('the title still counts', async () => !(await page.title()).startsWith('('))
    assert.deepEqual(watch.faults, [])
    await left()
    await close()
  })

  for (const [locale, language] of [['es-ES', 'es'], ['ru-RU', 'ru']]) {
    test(`the box speaks ${language}: what it says after a post, without a key or an English word`, async () => {
      const story = await storm()
      const { page, watch, close } = await open(story, 'Ida Nor', { locale, viewport: { width: 390, height: 844 } })
      await page.locator('.livebox .post-text').click()
      await page.keyboard.type('1 2 3')
      await page.keyboard.press('Control+Enter')
      await page.getByText(language === 'es' ? /^Publicado \d\d:\d\d:\d\d/ : /^Вышло \d\d:\d\d:\d\d/).waitFor(patient)
      const tools = page.locator('.box-tools button')
      for (let i = 0; i < await tools.count(); i++) if (i !== 1) await tools.nth(i).click() // all but the picture, which asks the device
      await page.locator('.post-part').nth(2).waitFor(patient)
      const said = await page.locator('.live-room').innerText()
      assert.doesNotMatch(said, /\b(live|block|field|app)\.[a-z_.]+|\b(the|Publish|Draft|Headline|Undo)\b/)
      if (language === 'ru') assert.doesNotMatch(said.replace('Ida Nor', ''), /[A-Za-z]{3}/)
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'scrolled sideways')
      await shot(page, `live-box-${language}`, { fullPage: true })
      assert.deepEqual(watch.faults, [])
      await close()
    })
  }
})
