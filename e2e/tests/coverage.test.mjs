// A live coverage as its readers have it: whole without scripts; open, it moves by itself and nothing that is read moves with it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot, violations } from '../lib/browser.mjs'
import { catalogues, house } from '../lib/house.mjs'

describe('a live coverage', { timeout: 900_000 }, () => {
  let it, b, words
  before(async () => {
    it = await house()
    b = await browser()
    words = await catalogues()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  let made = 0
  const storm = (fields = {}) => it.publish({ kind: 'live', headline: `Storm number ${++made} reaches the coast ${Date.now()}`, body_html: '', ...fields })
  const post = (live, fields) => it.call('POST', `/articles/${live.id}/posts`, { state: 'published', ...fields })
  const many = async (live, n, text = (i) => `Gust number ${i} was measured at the mole, where nobody stood.`) => {
    const all = []
    for (let i = 0; i < n; i++) all.push(await post(live, { body_html: `<p>${text(i)}</p>` }))
    return all
  }
  const patch = (live, p, fields) => it.call('PATCH', `/articles/${live.id}/posts/${p.id}`, fields, { 'If-Match': '*' })
  const open = async (address, options = {}) => {
    const { context: c, watch } = await context(b, it.url, options)
    const page = await c.newPage()
    const stream = options.javaScriptEnabled === false ? undefined : page.waitForResponse((r) => new URL(r.url()).pathname === '/events', { timeout: 60_000 })
    await page.goto(new URL(address, it.url).href, { waitUntil: 'load' })
    await stream
    return { page, watch, close: () => c.close() }
  }
  const row = (page, text) => page.locator('[data-list] > [data-part=live-post]', { hasText: text })
  const one = (key, n, language = 'en') => {
    const forms = words[language].counts[key]
    return (forms[new Intl.PluralRules(language).select(n)] ?? forms.other).replaceAll('{n}', String(n))
  }
  const still = async (page) => {
    await page.waitForTimeout(700) // the end of what slides, and the next report of shifts; nothing is waited for
    const { shifts, policy } = await seen(page)
    assert.deepEqual(shifts, [], 'the layout shifted')
    assert.deepEqual(policy, [])
  }
  const scrolled = (page, y) => page.evaluate((to) => {
    scrollTo({ top: to, behavior: 'instant' })
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  }, y)

  test('is whole without scripts: key events, the pin, both orders, a page and a link for each post', async () => {
    const live = await storm()
    const first = await post(live, { body_html: '<p>The very first word of it.</p>', headline: 'It begins', key_event: true })
    await many(live, 24)
    const pin = await post(live, { body_html: '<p>Six shelters are open.</p>', pinned: true })
    const { page, watch, close } = await open(live.url, { javaScriptEnabled: false })
    assert.match(await page.locator('[data-status]').textContent(), /^Live, updated \d\d:\d\d$/)
    assert.equal(await page.locator('[data-part=key-events] li').count(), 1)
    assert.equal(await page.locator(`[data-pinned] #post-${pin.id}`).count(), 1)
    assert.equal(await page.locator('[data-list] > [data-part=live-post]').count(), 20)
    assert.equal(await page.locator(`#post-${pin.id}`).count(), 1, 'no post stands twice')
    await page.locator('[data-older] a').click()
    assert.match(page.url(), /\?post=[0-9a-z]{13}$/)
    const second = page.url()
    assert.equal(await row(page, 'The very first word').count(), 1)
    await many(live, 3, (i) => `Later still ${i}.`)
    await page.goto(second)
    const ids = await page.locator('[data-list] > [data-id]').evaluateAll((all) => all.map((e) => e.dataset.id))
    assert.equal(ids.at(-1), first.id, 'its address shows the same whatever came')
    assert.equal(ids[0], new URL(second).searchParams.get('post'))
    await page.locator('a', { hasText: words.en.words['live.oldest'] }).click()
    assert.equal(await page.locator('[data-list] > [data-id]').first().getAttribute('data-id'), first.id)
    await page.goto(first.url)
    assert.equal(await page.locator(`#post-${first.id}`).count(), 1, 'the link of a post finds its page')
    await it.call('POST', `/articles/${live.id}/close`)
    await page.goto(live.url)
    assert.match(await page.locator('[data-status]').textContent(), /^Closed/)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('at the top a new post comes in softly, and an edit and a withdrawal happen in their places', async () => {
    const live = await storm()
    const [old] = await many(live, 6)
    const { page, watch, close } = await open(live.url)
    const fresh = await post(live, { body_html: '<p>The lamp went out.</p>', headline: 'Lamp out', key_event: true })
    await row(page, 'The lamp went out.').waitFor({ timeout: 45_000 })
    assert.equal(await page.locator('[data-list] > [data-id]').first().getAttribute('data-id'), fresh.id)
    await page.locator(`[data-part=key-events] [data-key="${fresh.id}"]`).waitFor()
    await page.locator('[role=status]', { hasText: one('live.toast', 1) }).first().waitFor({ state: 'attached' })
    await patch(live, fresh, { body_html: '<p>The lamp flickered.</p>' })
    await row(page, 'The lamp flickered.').waitFor({ timeout: 45_000 })
    assert.equal(await row(page, 'The lamp went out.').count(), 0)
    assert.match(await row(page, 'flickered').locator('.edited').textContent(), /^Edited/)
    await it.call('DELETE', `/articles/${live.id}/posts/${old.id}`, undefined, { 'If-Match': '*' })
    await page.locator(`#post-${old.id}`).waitFor({ state: 'detached', timeout: 45_000 })
    await it.call('POST', `/articles/${live.id}/close`)
    await page.locator('[data-status] strong', { hasText: words.en.words['live.closed'] }).waitFor({ timeout: 45_000 })
    await still(page)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('further down it waits behind a line with the count, which the title shows too', async () => {
    const live = await storm()
    await many(live, 20)
    const { page, close } = await open(live.url, { viewport: { width: 390, height: 700 } })
    const title = await page.title()
    await scrolled(page, 1600)
    const before = await page.evaluate(() => scrollY)
    await many(live, 2, (i) => `Seen from below ${i}.`)
    await page.locator('.toast:not([hidden])', { hasText: one('live.toast', 2) }).waitFor({ timeout: 45_000 })
    await page.waitForFunction((t) => document.title === t, `(2) ${title}`)
    assert.equal(await row(page, 'Seen from below').count(), 0)
    assert.equal(await page.evaluate(() => scrollY), before)
    await still(page)
    await shot(page, 'coverage-toast')
    await page.locator('.toast:not([hidden]) button').first().click()
    await row(page, 'Seen from below 1.').waitFor()
    assert.equal(await page.title(), title)
    await close()
  })

  test('a hundred posts arrive and nothing shifts', async () => {
    const live = await storm()
    await many(live, 10)
    const { page, watch, close } = await open(live.url)
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 5 }, (_, n) => post(live, { body_html: `<p>Burst ${i * 5 + n}: ${'the wind turned a little. '.repeat(n + 1)}</p>` })))
    await page.waitForFunction(() => document.querySelectorAll('[data-list] > [data-id]').length >= 110, undefined, { timeout: 90_000 })
    await still(page)
    assert.equal(await page.locator('[data-list] > [data-id]').count(), 110)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a page that does not begin with the newest post says that there is more, and keeps its order', async () => {
    const live = await storm()
    await many(live, 25)
    const { page, close } = await open(`${live.url}?order=oldest`)
    await post(live, { body_html: '<p>Somewhere else.</p>' })
    await page.locator('.toast:not([hidden])', { hasText: one('live.toast', 1) }).waitFor({ timeout: 45_000 })
    assert.equal(await row(page, 'Somewhere else.').count(), 0)
    const before = await page.locator('[data-list] > [data-id]').count()
    await page.locator('[data-older] a').click()
    await row(page, 'Somewhere else.').waitFor()
    assert.ok(await page.locator('[data-list] > [data-id]').count() > before, 'the rest stands below')
    assert.equal(await page.locator('.toast:not([hidden])').count(), 0, 'what was found below is new no more')
    await post(live, { body_html: '<p>At the very end.</p>' })
    await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }))
    await row(page, 'At the very end.').waitFor({ timeout: 45_000 })
    assert.equal(await page.locator('[data-list] > [data-id]').last().textContent().then((t) => t.includes('At the very end.')), true)
    await page.locator('a', { hasText: words.en.words['live.newest'] }).click()
    await page.waitForURL((u) => u.search === '')
    assert.equal(await page.locator('[data-list] > [data-id]').first().textContent().then((t) => t.includes('At the very end.')), true)
    await close()
  })

  test('a pin moves on an open page', async () => {
    const live = await storm()
    const [a, c] = await many(live, 5)
    const { page, close } = await open(live.url)
    await patch(live, a, { pinned: true })
    await page.locator(`[data-pinned] #post-${a.id}`).waitFor({ timeout: 45_000 })
    assert.equal(await page.locator(`#post-${a.id}`).count(), 1)
    await still(page)
    await patch(live, c, { pinned: true })
    await page.locator(`[data-pinned] #post-${c.id}`).waitFor({ timeout: 45_000 })
    await page.locator(`[data-list] > #post-${a.id}`).waitFor()
    await still(page)
    await patch(live, c, { pinned: false })
    await page.locator(`[data-list] > #post-${c.id}`).waitFor({ timeout: 45_000 })
    assert.equal(await page.locator('[data-pinned]').isVisible(), false)
    await still(page)
    await many(live, 12)
    await row(page, 'Gust number 11').waitFor({ timeout: 45_000 })
    await scrolled(page, 1200)
    const title = await page.title()
    const top = await post(live, { body_html: '<p>Pinned from the first.</p>', pinned: true })
    await page.locator(`[data-pinned] #post-${top.id}`).waitFor({ state: 'attached', timeout: 45_000 })
    assert.equal(await page.title(), title, 'what stands on top does not wait')
    assert.equal(await page.locator('.toast:not([hidden])').count(), 0)
    await close()
  })

  test('moves that follow each other at once do not shift', async () => {
    const live = await storm()
    const [a, , c] = await many(live, 6)
    const { page, close } = await open(live.url)
    for (let n = 0; n < 4; n++) {
      await patch(live, a, { pinned: true })
      const fresh = await post(live, { body_html: `<p>Round ${n} of the quick ones.</p>` })
      await patch(live, c, { body_html: `<p>${'Longer than before. '.repeat(20 + n)}</p>` })
      await row(page, `Round ${n} of the quick ones.`).waitFor({ timeout: 45_000 })
      await patch(live, a, { pinned: false })
      await it.call('DELETE', `/articles/${live.id}/posts/${fresh.id}`, undefined, { 'If-Match': '*' })
      await patch(live, c, { body_html: '<p>Shorter.</p>' })
      await page.locator(`#post-${fresh.id}`).waitFor({ state: 'detached', timeout: 45_000 })
    }
    await page.locator(`[data-list] > #post-${a.id}`).waitFor()
    await row(page, 'Shorter.').waitFor()
    await still(page)
    await close()
  })

  test('a reader without scripts votes once', async () => {
    const live = await storm()
    await post(live, { poll: { question: 'Will the barrier hold?', options: [{ text: 'Yes' }, { text: 'No' }] } })
    const { page, watch, close } = await open(live.url, { javaScriptEnabled: false })
    assert.deepEqual(await page.context().cookies(), [])
    const vote = async () => {
      await page.locator('form.poll label', { hasText: 'Yes' }).click()
      await page.locator('form.poll button').click()
    }
    await vote()
    await page.locator('[role=status]', { hasText: words.en.words['poll.thanks'] }).waitFor()
    const kept = await page.context().cookies()
    assert.equal(kept.length, 1, 'one value is stored for who votes')
    await page.locator('a', { hasText: words.en.words['poll.back'] }).click()
    await page.locator('form.poll').waitFor()
    await vote()
    await page.locator('[role=status]', { hasText: words.en.words['poll.again'] }).waitFor()
    assert.deepEqual(await page.context().cookies(), kept)
    for (let tries = 0; ; tries++) {
      await page.goto(live.url)
      if ((await page.locator('form.poll').textContent()).includes(one('poll.votes', 1))) break
      assert.ok(tries < 200, 'the vote is not shown')
      await new Promise((done) => setTimeout(done, 100))
    }
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('the polls of an open page close with its coverage and open again, their button is pressed once, and a post is shared', async () => {
    const live = await storm()
    const asked = await post(live, { poll: { question: 'Will the lamp hold?', options: [{ text: 'Yes' }, { text: 'No' }] } })
    const { page, watch, close } = await open(live.url, { viewport: { width: 320, height: 700 }, permissions: ['clipboard-read', 'clipboard-write'] })
    const share = page.locator(`#post-${asked.id} .share`)
    await share.click()
    await share.filter({ hasText: words.en.words['live.copied'] }).waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), asked.url)
    await page.locator('[role=status]', { hasText: words.en.words['live.copied'] }).waitFor({ state: 'attached' })
    await it.call('POST', `/articles/${live.id}/close`)
    await page.locator('.poll', { hasText: words.en.words['poll.closed'] }).waitFor({ timeout: 45_000 })
    assert.equal(await page.locator('.poll fieldset[disabled]').count(), 1)
    assert.equal(await page.locator('.poll button').count(), 0)
    await it.call('POST', `/articles/${live.id}/reopen`)
    const button = page.locator('.poll button')
    await button.waitFor({ timeout: 45_000 })
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'it scrolls sideways')
    await still(page)
    await page.evaluate(() => addEventListener('submit', (e) => e.preventDefault())) // it is on its way and not there
    await page.locator('.poll label', { hasText: 'Yes' }).click()
    await button.click()
    assert.equal(await page.evaluate(() => document.querySelector('.poll button').disabled), true)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a key event of another page is told at once, and a post of another time is not announced', async () => {
    const live = await storm()
    const [old] = await many(live, 21)
    const { page, close } = await open(live.url)
    const title = await page.title()
    const key = (p) => page.locator(`[data-part=key-events] [data-key="${p.id}"]`)
    assert.equal(await page.locator(`#post-${old.id}`).count(), 0)
    await patch(live, old, { key_event: true })
    await key(old).waitFor({ timeout: 45_000 })
    const late = await post(live, { at: new Date(Date.parse(old.at) - 3_600_000).toISOString(), headline: 'An hour before', body_html: '<p>It was calm.</p>', key_event: true })
    await key(late).waitFor({ timeout: 45_000 })
    await patch(live, old, { key_event: false })
    await key(old).waitFor({ state: 'detached', timeout: 45_000 })
    await still(page)
    assert.equal(await page.title(), title)
    assert.equal(await page.locator(`.toast:not([hidden]), #post-${late.id}`).count(), 0)
    assert.equal(await page.locator('[role=status]', { hasText: one('live.toast', 1) }).count(), 0, 'it is said to be there')
    await close()
  })

  test('axe finds nothing, in both directions of writing, dark and on a phone', async () => {
    const arabic = (await it.editions()).find((e) => e.language === 'ar')
    for (const [language, fields] of [['en', {}], ['ar', { edition: arabic.slug, headline: `العاصفة تصل إلى الساحل ${Date.now()}`, lead: 'نتابع وصولها.' }]]) {
      const live = await storm(fields)
      const text = { en: 'The first wave came over the mole.', ar: 'عبرت الموجة الأولى الرصيف.' }[language]
      const fixed = await post(live, { body_html: `<p>${text}</p>`, headline: text, key_event: true })
      await it.call('POST', `/articles/${live.id}/posts/${fixed.id}/correct`, { note: text }, { 'If-Match': '*' })
      await post(live, { body_html: `<p>${text}</p>`, pinned: true, contributor: { name: 'A. Reader', consent: true } })
      await post(live, { score: { home: 'Orlan Rovers', away: 'Vell United', home_points: 2, away_points: 1, note: text } })
      await post(live, { body_html: `<p>${text}</p>`, poll: { question: text, options: [{ text }, { text: `${text} 2` }] } })
      const { page, close } = await open(live.url, { bypassCSP: true })
      const wrong = new Set()
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 900 })
          for (const line of await violations(page)) wrong.add(`${colorScheme}, ${width}: ${line}`)
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${language} ${width} scrolls sideways`)
          await shot(page, `coverage-${language}-${width}-${colorScheme}`, { fullPage: true })
        }
      }
      await close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    }
  })
})
