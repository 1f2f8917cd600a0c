// Readers talk in rooms that moderators open: live, in slow mode, without scripts, and as the newsroom closes them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot, violations } from '../lib/browser.mjs'
import { catalogues, house, talkers } from '../lib/house.mjs'
import { arrive, patient } from '../lib/staff.mjs'

describe('a room', { timeout: 600_000 }, () => {
  let it, b, words, editions
  before(async () => {
    it = await house('serve') // of its own: what is said here, and who is not held, is nobody else's
    b = await browser()
    words = await catalogues()
    editions = await talkers(it)
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const of = (language) => editions.find((e) => e.language === language)
  const say = (language) => (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace(`{${k}}`, v), words[language].words[key])
  const open = (language, slug, more = {}) => it.call('POST', '/chats', { edition: of(language).slug, slug, name: language === 'ar' ? 'ليلة العاصفة' : 'Storm night', ...more })
  const write = (slug, body) => it.call('POST', `/chats/${slug}/messages`, { body })
  const change = (slug, to) => it.call('PATCH', `/chats/${slug}`, to, { 'If-Match': '*' })
  const reader = async (name, options) => arrive(b, await it.person(name, 'reader'), options)

  test('two who are there see each other at once, slow mode counts down, and the room changes under them', async () => {
    const w = say('en')
    const room = await open('en', 'storm-live', { slow_mode_seconds: 20 })
    const pin = await write('storm-live', 'Shelters: *Saltmarket School*.')
    const ana = await reader('Ana')
    const ben = await reader('Ben')
    await ana.page.goto(room.url)
    await ben.page.goto(room.url)
    const box = (one) => one.page.getByLabel(w('chat.write'))
    await box(ana).fill('Is the quay open, @Ben?')
    await ana.page.getByRole('button', { name: w('discussion.send') }).click()
    await ben.page.locator('.messages').getByText('Is the quay open').waitFor(patient)
    await ana.page.locator('.messages').getByText('Is the quay open').waitFor(patient)
    assert.equal(await box(ana).inputValue(), '')
    await ana.page.getByText(/^You may write again in \d+ seconds?\.$/).waitFor(patient)
    assert.equal(new URL(ana.page.url()).pathname, '/chats/storm-live')
    await ana.page.locator('.messages').getByRole('link', { name: w('discussion.edit') }).waitFor(patient)
    await shot(ana.page, 'chat-slow')
    const thanked = ben.page.locator('.messages > li', { hasText: 'Is the quay open' })
    for (const pressed of ['true', 'false']) {
      await thanked.getByRole('button', { name: w('discussion.thanks') }).click()
      await thanked.locator(`button[aria-pressed=${pressed}]`).waitFor(patient)
    }
    await box(ben).fill('Half a sentence')
    await change('storm-live', { pinned: pin.id })
    await ben.page.locator('.pinned').getByText('Saltmarket School').waitFor(patient)
    assert.equal(await box(ben).inputValue(), 'Half a sentence')
    await change('storm-live', { state: 'read-only' })
    await ben.page.locator('.state').getByText(w('chat.read_only')).waitFor(patient)
    assert.equal(await box(ben).count(), 0)
    const cleo = await reader('Cleo')
    await Promise.all([cleo.page.waitForResponse((r) => r.url().includes('/account/who')), cleo.page.goto(room.url)])
    await change('storm-live', { state: 'open' })
    await cleo.page.getByText(w('discussion.as', { name: '\u2068Cleo\u2069' })).waitFor(patient)
    assert.equal(await cleo.page.locator('[data-part=discussion-sign-in]').count(), 0)
    await box(ben).waitFor(patient)
    assert.equal(await box(ben).inputValue(), 'Half a sentence')
    // An answer that is not the site's, and none at all: the words stay in the box, and are said once.
    const answers = [(r) => r.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }), async (r) => { await r.fetch(); await r.abort() }]
    await ben.page.route('**/comment/*', (r) => r.request().method() === 'POST' && answers.length > 0 ? answers.shift()(r) : r.continue())
    for (const told of ['Bad gateway', w('chat.lost')]) {
      await ben.page.getByRole('button', { name: w('discussion.send') }).click()
      await ben.page.locator('.told').getByText(told).waitFor(patient)
      assert.equal(await box(ben).inputValue(), 'Half a sentence')
    }
    await ben.page.getByRole('button', { name: w('discussion.send') }).click()
    await ben.page.waitForFunction(() => document.querySelector('.box textarea').value === '')
    assert.equal((await it.call('GET', '/chats/storm-live/messages')).items.filter((m) => m.body === 'Half a sentence').length, 1)
    // What is below where somebody reads is not seen yet.
    let looks = 0
    cleo.page.on('request', (r) => { if (r.url().includes('/account/who?')) looks++ })
    const hide = () => cleo.page.evaluate(() => { for (const hidden of [true, false]) { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); document.dispatchEvent(new Event('visibilitychange')) } })
    await cleo.page.setViewportSize({ width: 1280, height: 120 })
    await cleo.page.evaluate(() => scrollTo(0, 0))
    await write('storm-live', 'Far below.')
    const below = cleo.page.getByRole('button', { name: /new message/ })
    await below.waitFor(patient)
    await hide()
    await below.click()
    assert.equal(looks, 0)
    await Promise.all([cleo.page.waitForRequest(/account\/who/, patient), hide()])
    const said = (await it.call('GET', '/chats/storm-live/messages')).items.find((m) => m.body.startsWith('Is the quay'))
    await it.call('POST', `/moderation/${said.id}/reject`)
    await ben.page.locator('.messages').getByText('Is the quay open').waitFor({ state: 'detached', ...patient })
    // What cannot be brought up to date by messages is read again under what is being written.
    await box(ana).fill('Not yet said')
    let lost = true
    await ana.page.route('**/events?*', (r) => { if (!lost) return r.continue(); lost = false; return r.fulfill({ contentType: 'text/event-stream', body: 'event: reset\ndata: {}\n\n' }) })
    await ana.page.evaluate(() => { document.querySelector('.messages').replaceChildren(); dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) })
    await ana.page.locator('.messages').getByText('Half a sentence').waitFor(patient)
    assert.equal(await box(ana).inputValue(), 'Not yet said')
    await ana.page.goto(new URL(`/comment/${room.id}`, room.url).href)
    await box(ana).fill('😀'.repeat(3_990)) // nothing is cut, and characters are counted
    await ana.page.getByRole('status').getByText('10', { exact: true }).waitFor(patient)
    assert.equal((await box(ana).inputValue()).length, 7_980)
    for (const one of [ana, ben, cleo]) {
      assert.deepEqual(one.watch.faults, [])
      await one.close()
    }
  })

  for (const language of ['en', 'ar']) {
    test(`without scripts one posts, is told to wait in words, and looks again; a stranger's words are kept, in ${language}`, async () => {
      const w = say(language)
      const room = await open(language, `storm-${language}`, { slow_mode_seconds: 300 })
      await write(`storm-${language}`, 'The first.')
      const { context: c, watch } = await context(b, it.url, { javaScriptEnabled: false })
      const page = await c.newPage()
      await page.goto(room.url)
      const text = 'ملاحظة <b>عادية</b> & *words*.'
      await page.getByLabel(w('chat.write')).fill(text)
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.getByText(w('discussion.kept')).waitFor()
      assert.deepEqual(await c.cookies(), [], 'a stranger got a cookie')
      const kept = page.url()
      await page.goto(await it.person('Layla', 'reader'))
      await page.getByRole('button').first().click()
      await page.goto(kept)
      assert.equal(await page.getByLabel(w('chat.write')).inputValue(), text)
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.locator('.messages').getByText('<b>عادية</b> & words.').waitFor()
      await page.getByLabel(w('chat.write')).fill('Too soon.')
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.locator('.wrong').waitFor()
      assert.equal(await page.getByLabel(w('chat.write')).inputValue(), 'Too soon.')
      await shot(page, `chat-wait-${language}`, { fullPage: true })
      await write(`storm-${language}`, 'Another.')
      await page.goto(new URL('mine', room.url).href)
      await page.locator('.unread').waitFor()
      await shot(page, `chat-mine-${language}`, { fullPage: true })
      await page.getByRole('link', { name: room.name, exact: true }).click()
      await page.locator('.messages').getByText('Another.').waitFor()
      assert.deepEqual(watch.faults, [])
      await c.close()
    })

    test(`axe finds nothing on the pages of rooms, and nothing is scrolled sideways, in ${language}`, async () => {
      const s = await it.publish({ edition: of(language).slug, headline: language === 'en' ? 'Ferries in the storm' : 'العبارات في العاصفة' })
      const room = await open(language, `axe-${language}`, { article: s.id, slow_mode_seconds: 30, keep_days: 3 })
      const pin = await write(`axe-${language}`, `Look: https://harbour.example/${'a'.repeat(90)}\n\n${'long'.repeat(60)}\n\nوهذه جملة عربية، @Ana.`)
      await change(`axe-${language}`, { pinned: pin.id })
      await open(language, `none-${language}`, { state: 'read-only' })
      const one = await reader('Ana', { bypassCSP: true })
      const wrong = new Set()
      for (const [view, at] of [['room', room.url], ['empty', new URL(`none-${language}`, room.url).href], ['rooms', new URL('.', room.url).href.replace(/\/$/, '')], ['story', s.url]]) {
        await one.page.goto(at)
        for (const colorScheme of ['light', 'dark']) {
          await one.page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await one.page.setViewportSize({ width, height: 800 })
            for (const line of await violations(one.page)) wrong.add(`${view}, ${colorScheme}, ${width}: ${line}`)
            if (await one.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wrong.add(`${view}, ${width}: scrolled sideways`)
            await shot(one.page, `chat-${view}-${language}-${colorScheme}-${width}`)
          }
        }
      }
      assert.deepEqual([...wrong], [])
      assert.deepEqual((await seen(one.page)).policy ?? [], [])
      await one.close()
    })
  }
})
