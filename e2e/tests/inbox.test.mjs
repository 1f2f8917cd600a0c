// The inbox in a real browser: a feed that a real server gives, a story made of it, and what its sender says later.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { browser, seen, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, patient } from '../lib/staff.mjs'

const rss = (items) => `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Harbour Wire</title><link>https://wire.example/</link>${items.map((i) =>
  `<item><guid isPermaLink="false">${i.id}</guid><title>${i.title}</title><description><![CDATA[<p>${i.text}</p>]]></description><pubDate>${i.at.toUTCString()}</pubDate></item>`).join('')}</channel></rss>`

const said = (what) => `${what}, the harbour office said at noon, after a night in which nobody who had a say in it went home before it was settled.`

const wxr = (stories) => `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old Gazette</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
${Array.from({ length: stories }, (_, n) => `<item><title>Gazette story ${n}</title><link>https://old.example/old/${n}/</link><guid>https://old.example/?p=${n + 1}</guid><content:encoded><![CDATA[<p>Text of story ${n}. [some-plugin]</p>]]></content:encoded><wp:post_id>${n + 1}</wp:post_id><wp:post_date_gmt>2019-05-14 06:30:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>Ines</wp:comment_author><wp:comment_approved>1</wp:comment_approved><wp:comment_content>Good.</wp:comment_content></wp:comment></item>`).join('\n')}
</channel></rss>`

describe('the inbox', { timeout: 480_000 }, () => {
  let it, b, edition, wire, items
  before(async () => {
    it = await house('serve', ['--allow-private', '127.0.0.0/8'])
    b = await browser()
    edition = await it.call('POST', '/editions', { slug: 'international', name: 'International', language: 'en', timezone: 'UTC' })
    await it.call('POST', '/sections', { edition: edition.slug, slug: 'port', name: 'Port' })
    items = []
    wire = createServer((_, answer) => { answer.setHeader('Content-Type', 'application/rss+xml'); answer.end(rss(items)) })
    await new Promise((done) => wire.listen(0, '127.0.0.1', done))
  })
  after(async () => {
    wire?.close()
    await b?.close()
    await it?.stop()
  })

  const feed = () => `http://127.0.0.1:${wire.address().port}/feed.xml`
  const open = (options) => enter(b, it, 'Ana Brandt', undefined, options)
  const read = async () => {
    const source = (await it.call('GET', `/sources?edition=${edition.slug}`)).items.find((s) => s.address === feed())
    await it.call('POST', `/sources/${source.id}/refresh`)
  }
  const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

  test('a feed is added in Settings, fills the inbox, and becomes a story by the keyboard alone', async () => {
    items = [{ id: 1, title: 'Pilots accept rota', text: said('The pilots accepted the rota'), at: new Date() }, { id: 2, title: 'Bridge stuck', text: said('The bridge is stuck'), at: new Date(Date.now() - 60_000) }]
    const { page, watch, c } = await open()
    await page.goto(`${it.url}/newsroom/inbox`)
    await page.getByText('This edition has no source yet.').waitFor(patient)
    assert.ok((await page.getByText('This edition has no source yet.').boundingBox()).y < 400, 'what is empty says so far from where one looks')
    await page.getByRole('link', { name: 'Add a feed or a folder' }).click()
    const form = page.getByRole('form', { name: 'New source' })
    await form.getByLabel('Name').fill('Harbour Wire')
    await form.getByLabel('Address of the feed').fill('ftp://wire.example/')
    await form.getByRole('button', { name: 'Add' }).click()
    await form.getByText('The address of a feed begins with').waitFor(patient)
    await form.getByLabel('Address of the feed').fill(feed())
    await form.getByRole('button', { name: 'Add' }).click()
    await page.getByText(/^Last read .*, 2 new\.$/).waitFor(patient)
    await shot(page, 'inbox-sources')
    await page.getByRole('link', { name: 'Inbox' }).click()
    await page.getByRole('button', { name: 'Pilots accept rota' }).waitFor(patient)
    await page.locator('.inbox-item').getByText('The pilots accepted the rota').waitFor(patient)
    await shot(page, 'inbox')
    await page.keyboard.press('j')
    await page.locator('.inbox-item').getByText('The bridge is stuck').waitFor(patient)
    await page.keyboard.press('d')
    await page.getByText('Dismissed: Bridge stuck').waitFor(patient)
    items.unshift({ id: 3, title: 'Ferry late', text: said('The ferry is late'), at: new Date() })
    await read()
    await page.getByRole('button', { name: '1 new. Show it' }).click(patient)
    await page.getByRole('button', { name: 'Ferry late' }).waitFor(patient)
    await page.keyboard.press('k')
    await page.locator('.inbox-item').getByText('The ferry is late').waitFor(patient)
    await page.keyboard.press('u')
    await page.waitForFunction(() => document.querySelector('.line.headline')?.value === 'Ferry late', undefined, patient)
    const id = page.url().split('/').at(-1)
    const used = await it.call('GET', `/articles/${id}`)
    assert.deepEqual([used.state, used.dateline.source], ['draft', 'Harbour Wire'])

    // Its sender says more: offered, compared, taken in part.
    await it.call('PATCH', `/articles/${id}`, { headline: 'The ferry, late' }, { 'If-Match': '*' })
    items[0] = { ...items[0], title: 'Ferry later', text: said('The ferry is later still'), at: new Date(Date.now() + 60_000) }
    await read()
    await page.getByText(/^Harbour Wire sent version 2 at/).waitFor(patient)
    assert.equal((await it.call('GET', `/articles/${id}`)).headline, 'The ferry, late', 'nothing was put in unasked')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('checkbox', { name: 'Headline', exact: true }).uncheck(patient)
    await shot(page, 'inbox-offer')
    await page.getByRole('button', { name: 'Take what is ticked' }).click()
    await page.getByText(/^Harbour Wire sent version 2 at/).waitFor({ state: 'detached', timeout: 45_000 })
    await page.locator('.body').getByText('The ferry is later still').waitFor(patient)
    assert.equal((await it.call('GET', `/articles/${id}`)).headline, 'The ferry, late')
    assert.deepEqual(watch.faults, [])
    assert.deepEqual((await seen(page)).policy, [])
    await c.close()
  })

  test('a site moves in from Settings: checked, started, watched from another browser, and its debts lead to its stories', async () => {
    const { page, watch, c } = await open()
    await page.goto(`${it.url}/newsroom/settings/move`)
    const hand = async (name, text) => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose the file' }).click(patient)])
      await chooser.setFiles({ name, mimeType: 'text/xml', buffer: Buffer.from(text) })
    }
    await hand('damaged.xml', wxr(3).slice(0, 900))
    await page.getByText(/^It did not move in: The file is damaged/).waitFor(patient)
    await page.getByText(/^line \d+/).waitFor(patient)
    assert.equal(await page.locator('.move-counts').count(), 0, 'a damaged file counts nothing')
    await hand('gazette.xml', wxr(40))
    await page.getByText('Checked and whole').waitFor(patient)
    await page.getByText('40 stories').waitFor()
    await shot(page, 'move-checked')
    const other = await open()
    await other.page.goto(`${it.url}/newsroom/settings/move`)
    await other.page.getByText('Checked and whole').waitFor(patient)
    await page.getByRole('button', { name: 'Start the move' }).click()
    await other.page.getByText('Moved in').waitFor(patient)
    await page.getByText('Moved in').waitFor(patient)
    await page.getByText('40 comments of 40').waitFor()
    await page.getByRole('button', { name: /^40 places with shortcodes/ }).click(patient)
    await page.getByRole('link', { name: 'Gazette story 7', exact: true }).waitFor(patient)
    await shot(page, 'move-done', { fullPage: true })
    const old = await fetch(`${it.url}/old/7/`, { redirect: 'manual' })
    assert.equal(old.status, 301)
    assert.match(await (await fetch(new URL(old.headers.get('location'), it.url))).text(), /Text of story 7/)
    assert.deepEqual([...watch.faults, ...other.watch.faults], [])
    await other.c.close()
    await c.close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing in the inbox and its settings in ${locale}, and nothing is scrolled sideways`, async () => {
      const { page, c } = await open({ locale, bypassCSP: true })
      const wrong = new Set()
      for (const [view, address, there] of [['inbox', '/inbox', '.inbox-item p'], ['sources', '/settings/sources', '.source-state'], ['move', '/settings/move', '.move-head']]) {
        await page.goto(`${it.url}/newsroom${address}`)
        await page.locator(there).first().waitFor({ state: 'attached', timeout: 45_000 })
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await page.setViewportSize({ width, height: 800 })
            for (const line of await violations(page, colorScheme === 'dark' || width !== 320)) wrong.add(`${view}, ${colorScheme}, ${width}: ${line}`)
            if (await wide(page) > 0) wrong.add(`${view} is scrolled sideways at ${width}`)
            await shot(page, `inbox-${view}-${locale}-${colorScheme}-${width}`)
          }
        }
      }
      assert.deepEqual([...wrong].slice(0, 20), [])
      await c.close()
    })
  }

  test('on a phone an item is shown in place of the list, with a way back', async () => {
    const { page, c } = await open({ viewport: { width: 320, height: 640 } })
    await page.goto(`${it.url}/newsroom/inbox`)
    await page.getByRole('button', { name: 'Pilots accept rota' }).click(patient)
    await page.locator('.inbox-item').getByText('The pilots accepted the rota').waitFor(patient)
    assert.ok(await wide(page) <= 0, 'scrolled sideways')
    await shot(page, 'inbox-phone-item')
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('button', { name: 'Pilots accept rota' }).waitFor(patient)
    await c.close()
  })
})
