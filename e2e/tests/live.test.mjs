// The newsfeed of a page that is open already: it moves by itself, and nothing that is read moves with it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { catalogues, house } from '../lib/house.mjs'

const unique = (words) => `${words} ${Date.now()}`

describe('a page that is open', { timeout: 480_000 }, () => {
  let it, b, words, edition
  before(async () => {
    it = await house()
    b = await browser()
    words = await catalogues()
    edition = await it.defaultEdition()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const open = async (path, options) => {
    const { context: c, watch } = await context(b, it.url, options)
    const page = await c.newPage()
    const stream = page.waitForResponse((r) => new URL(r.url()).pathname === '/events', { timeout: 60_000 })
    await page.goto(new URL(path, it.url).href, { waitUntil: 'load' })
    await stream
    return { page, watch, close: () => c.close() }
  }
  const row = (page, headline) => page.locator('[data-part=newsfeed] li', { hasText: headline })
  const counter = (page) => page.locator('[data-part=newsfeed-count]')
  const one = (key, n, language = 'en') => {
    const forms = words[language].counts[key]
    return (forms[new Intl.PluralRules(language).select(n)] ?? forms.other).replaceAll('{n}', String(n))
  }
  const still = async (page) => {
    await page.waitForTimeout(600) // the end of what moves, and the next report of shifts; nothing is waited for
    const { shifts, policy } = await seen(page)
    assert.deepEqual(shifts, [], 'the layout shifted')
    assert.deepEqual(policy, [])
  }

  test('a published story appears in the newsfeed of an open front, and the counter counts it', async () => {
    const { page, watch, close } = await open('/')
    assert.equal(await counter(page).isVisible(), false, 'a counter at zero is not shown')
    const headline = unique('Pilot boat gets a new bell')
    const story = await it.publish({ headline })
    const link = row(page, headline).locator('a')
    await link.waitFor({ timeout: 45_000 })
    assert.equal(await link.getAttribute('href'), new URL(story.url).pathname)
    assert.match(await row(page, headline).locator('time').textContent(), /^\d\d:\d\d$/)
    assert.equal(await counter(page).textContent(), one('newsfeed.new', 1))
    const second = unique('Pilot boat loses its bell')
    await it.publish({ headline: second, genre: 'analysis' })
    await page.waitForFunction((text) => document.querySelector('[data-part=newsfeed-count]').textContent === text, one('newsfeed.new', 2))
    assert.equal(await row(page, second).locator('.genre').textContent(), words.en.words['genre.analysis'])
    await still(page)
    await shot(page, 'live-front')
    await page.locator('[data-part=newsfeed] h2').first().hover()
    await page.waitForFunction(() => document.querySelector('[data-part=newsfeed-count]').hidden)
    await page.mouse.move(2, 2)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a story that was open says that it changed, and that it was withdrawn', async () => {
    const story = await it.publish({ headline: unique('Harbour clock runs fast') })
    const { page, close } = await open(story.url)
    await it.update(story.id, { lead: 'It runs four minutes fast, the keeper said.' })
    const line = page.locator('.toast:not([hidden])')
    await line.filter({ hasText: words.en.words['article.changed'] }).waitFor({ timeout: 45_000 })
    await still(page)
    await shot(page, 'live-changed')
    await line.click()
    await page.locator('[data-part=lead]', { hasText: 'four minutes fast' }).waitFor()
    assert.equal(await page.locator('.toast:not([hidden])').count(), 0, 'the new version is not announced again')
    await it.withdraw(story.id)
    await page.locator('.toast:not([hidden])').filter({ hasText: words.en.words['article.gone'] }).waitFor({ timeout: 45_000 })
    await still(page)
    await close()
  })

  test('a withdrawn story leaves the newsfeed, and an updated one moves to its top once', async () => {
    const { page, close } = await open('/')
    const first = unique('Net menders count knots')
    const kept = unique('Net menders rest')
    const a = await it.publish({ headline: first })
    const c = await it.publish({ headline: kept })
    await row(page, kept).waitFor({ timeout: 45_000 })
    await it.update(a.id, { lead: 'There were 400 knots.' })
    await page.waitForFunction((text) => document.querySelector('[data-part=newsfeed] li')?.textContent.includes(text), first)
    assert.equal(await row(page, first).count(), 1)
    await it.withdraw(a.id)
    await row(page, first).waitFor({ state: 'detached', timeout: 45_000 })
    await it.withdraw(c.id)
    await row(page, kept).waitFor({ state: 'detached', timeout: 45_000 })
    await close()
  })

  test('a correction of a story moves its line to the top with its note, once, and nothing shifts', async () => {
    const { page, close } = await open('/')
    const headline = unique('Ferry fare rises')
    const note = 'The fare is 12.40, not 14.20.'
    const a = await it.publish({ headline })
    await it.publish({ headline: unique('Whale seen') })
    await row(page, headline).waitFor({ timeout: 45_000 })
    await it.update(a.id, { lead: 'It is 12.40.' }, 'correction', note)
    const top = page.locator('[data-part=newsfeed] li').first()
    await top.locator('.why', { hasText: note }).waitFor({ timeout: 45_000 })
    assert.match(await top.locator('a').textContent(), new RegExp(`^${words.en.words['article.correction']} ${headline}$`))
    assert.equal(await row(page, headline).count(), 1)
    await still(page)
    const now = await top.innerHTML()
    await shot(page, 'newsfeed-correction')
    await page.reload({ waitUntil: 'load' })
    assert.equal(await page.locator('[data-part=newsfeed] li .why', { hasText: note }).count(), 1)
    const parts = async () => (await top.innerHTML()).replace(/\s+(class|datetime)="[^"]*"/g, '')
    assert.equal(await parts(), now.replace(/\s+(class|datetime)="[^"]*"/g, ''), 'the page says it otherwise than the script')
    await it.update(a.id, { lead: 'From Monday on.' })
    await page.waitForFunction((text) => !document.querySelector('[data-part=newsfeed] li')?.textContent.includes(text), note)
    assert.equal(await row(page, headline).locator('.why').count(), 0)
    await close()
  })

  test('a hidden page closes its stream and catches up when it is looked at again', async () => {
    const { page, close } = await open('/')
    const hide = (hidden) => page.evaluate((h) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => h })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
    const before = unique('Tug tows a barn')
    await it.publish({ headline: before })
    await row(page, before).waitFor({ timeout: 45_000 })
    await hide(true)
    const meanwhile = unique('Barn arrives by tug')
    await it.publish({ headline: meanwhile })
    assert.equal(await row(page, meanwhile).count(), 0)
    const again = page.waitForRequest((r) => new URL(r.url()).pathname === '/events')
    await hide(false)
    assert.equal(new URL((await again).url()).searchParams.getAll('after').length, 1, 'one resume point for all topics')
    await row(page, meanwhile).waitFor({ timeout: 45_000 })
    assert.equal(await row(page, before).count(), 1, 'nothing comes twice')
    await close()
  })

  for (const [name, path, options] of [
    ['a desktop front', '/', {}],
    ['a phone front with the feed in view', '/', { viewport: { width: 375, height: 700 } }],
    ['the newsfeed page', '/newsfeed', {}],
    ['the newsfeed page on a phone', '/newsfeed', { viewport: { width: 375, height: 700 } }],
    ['a front with reduced motion', '/', { reducedMotion: 'reduce' }],
  ]) {
    test(`nothing shifts while stories arrive on ${name}`, async () => {
      const { page, close } = await open(path, options)
      if (options.viewport && path === '/') await page.locator('[data-part=newsfeed]').scrollIntoViewIfNeeded()
      for (let n = 0; n < 3; n++) {
        const headline = unique(`Gull number ${n} sits on the crane`)
        await it.publish({ headline })
        await row(page, headline).waitFor({ state: 'attached', timeout: 45_000 })
      }
      await still(page)
      await shot(page, `live-${name.replaceAll(' ', '-')}`)
      await close()
    })
  }

  test('stories that are withdrawn in quick succession do not shift the page', async () => {
    const stories = []
    for (let n = 0; n < 6; n++) stories.push(await it.publish({ headline: unique(`Tern number ${n} leaves`) }))
    const { page, close } = await open('/newsfeed')
    for (const s of [stories[4], stories[1], stories[3], stories[0], stories[5], stories[2]]) {
      await it.withdraw(s.id)
      await row(page, s.headline).waitFor({ state: 'detached', timeout: 45_000 })
    }
    await still(page)
    await close()
  })

  for (const [name, path, options] of [
    ['a phone front', '/', { viewport: { width: 375, height: 700 } }],
    ['the newsfeed page', '/newsfeed', {}],
    ['the newsfeed page on a small phone', '/newsfeed', { viewport: { width: 320, height: 560 } }],
  ]) {
    test(`what is read stays where it is while stories come in above it on ${name}`, async () => {
      const { page, close } = await open(path, options)
      await page.evaluate(() => document.querySelectorAll('[data-part=newsfeed] li')[6].scrollIntoView({ block: 'start' }))
      await page.waitForTimeout(400) // the end of the scrolling, as the page itself waits for it
      const read = page.locator('[data-part=newsfeed] li').nth(6)
      const id = await read.getAttribute('data-id')
      const top = () => page.evaluate((i) => document.querySelector(`[data-part=newsfeed] li[data-id="${i}"]`).getBoundingClientRect().top, id)
      const before = await top()
      let last
      for (let n = 0; n < 3; n++) {
        last = unique(`Cormorant number ${n} dries its wings`)
        await it.publish({ headline: last })
        await row(page, last).waitFor({ state: 'attached', timeout: 45_000 })
        assert.ok(Math.abs(await top() - before) < 1.5, `what is read moved from ${before} to ${await top()}`)
      }
      const toast = page.locator('.toast:not([hidden])')
      await toast.filter({ hasText: one('newsfeed.toast', 3) }).waitFor()
      await still(page)
      await shot(page, `live-above-${name.replaceAll(' ', '-')}`)
      await toast.getByRole('button', { name: words.en.words['page.close'] }).click()
      assert.equal(await toast.count(), 0, 'it was sent away')
      const again = unique('Cormorant number 4 leaves')
      await it.publish({ headline: again })
      await toast.filter({ hasText: one('newsfeed.toast', 4) }).waitFor({ timeout: 45_000 })
      await toast.getByRole('button').first().click()
      await page.waitForFunction(() => document.querySelector('.toast:not([hidden])') === null)
      const box = await row(page, again).boundingBox()
      assert.ok(box.y >= 0 && box.y < 700, 'the line leads to what is new')
      await close()
    })
  }

  test('older stories come in below, and what is read stays where it is', async () => {
    await it.publish({ headline: unique('Heron stands in the reeds') }) // so that there are stories of today
    const { page, watch, close } = await open('/newsfeed', { viewport: { width: 390, height: 800 } })
    const rows = page.locator('[data-part=newsfeed] li')
    const before = await rows.count()
    const last = await rows.last().getAttribute('data-id')
    const link = page.locator('[data-part=newsfeed] a.next')
    await link.scrollIntoViewIfNeeded()
    const top = () => page.evaluate((i) => document.querySelector(`[data-part=newsfeed] li[data-id="${i}"]`).getBoundingClientRect().top, last)
    const was = await top()
    const address = new URL(await link.getAttribute('href'), it.url).href
    await link.click()
    await page.waitForFunction((n) => document.querySelectorAll('[data-part=newsfeed] li').length > n, before)
    assert.ok(Math.abs(await top() - was) < 1.5, 'what is read moved')
    const ids = await rows.evaluateAll((all) => all.map((li) => li.dataset.id))
    assert.equal(new Set(ids).size, ids.length, 'nothing stands twice')
    const days = await page.locator('[data-part=newsfeed] h2').allTextContents()
    assert.equal(new Set(days).size, days.length, 'no day stands twice')
    assert.equal(await page.evaluate(() => document.activeElement.closest('li')?.dataset.id), ids[before], 'the first of them has the focus')
    await still(page)
    await it.publish({ headline: unique('Heron stands on the slipway') })
    await page.locator('.toast:not([hidden])').waitFor({ timeout: 45_000 })
    assert.equal(await rows.count(), ids.length + 1, 'what was put in below stays')
    await still(page)
    await shot(page, 'newsfeed-older')
    assert.deepEqual(watch.faults, [])
    await close()
    const plain = await context(b, it.url, { javaScriptEnabled: false })
    const paper = await plain.context.newPage()
    await paper.goto(address)
    const first = await paper.locator('[data-part=newsfeed] li').first().getAttribute('data-id')
    assert.equal(first, ids[before], 'without scripts the link leads to the same stories')
    await it.publish({ headline: unique('Heron leaves the slipway') })
    await paper.reload()
    assert.equal(await paper.locator('[data-part=newsfeed] li').first().getAttribute('data-id'), first, 'its address shows the same whatever comes')
    await plain.context.close()
  })

  test('what cannot be caught up with is read anew, older stories too, and what is read stays where it is', async () => {
    const gone = await it.publish({ headline: unique('Gull steals a sandwich') })
    const { context: c, watch } = await context(b, it.url, { viewport: { width: 390, height: 800 } })
    const page = await c.newPage()
    let lose
    const lost = new Promise((done) => { lose = done })
    let asked = 0
    await page.route('**/events?*', async (route) => {
      const stream = (body) => route.fulfill({ contentType: 'text/event-stream', body })
      if (++asked === 1) return stream('retry: 100\n\n')
      if (asked > 2) return route.continue()
      await lost
      return stream(`retry: 100\nid: x\nevent: reset\ndata: {"topic":"newsfeed:${edition.slug}","seq":0,"kind":"reset","at":"2026-11-23T10:42:07Z","item":{"id":""}}\n\n`)
    })
    await page.goto(new URL('/newsfeed', it.url).href, { waitUntil: 'load' })
    const rows = page.locator('[data-part=newsfeed] li')
    const before = await rows.count()
    await page.locator('[data-part=newsfeed] a.next').click()
    await page.waitForFunction((n) => document.querySelectorAll('[data-part=newsfeed] li').length > n, before)
    await still(page)
    const whole = await rows.count()
    const read = await rows.nth(before).getAttribute('data-id')
    const top = () => page.evaluate((i) => document.querySelector(`[data-part=newsfeed] li[data-id="${i}"]`).getBoundingClientRect().top, read)
    const was = await top()
    await page.evaluate(() => { globalThis.same = true })
    const fresh = await it.publish({ headline: unique('Gull returns') })
    await it.publish({ headline: unique('Gull is named') })
    await it.withdraw(gone.id)
    lose()
    await page.locator(`[data-part=newsfeed] li[data-id="${fresh.id}"]`).waitFor({ state: 'attached', timeout: 45_000 })
    await page.waitForTimeout(600) // what moves comes to rest
    assert.equal(await page.evaluate(() => globalThis.same), true, 'the page was loaded anew')
    assert.equal(await page.locator(`[data-part=newsfeed] li[data-id="${gone.id}"]`).count(), 0, 'what was withdrawn stays')
    assert.ok(await rows.count() >= whole, 'older stories went')
    assert.ok(Math.abs(await top() - was) < 1.5, 'what is read moved')
    assert.equal(await page.locator('.toast:not([hidden])').count(), 0, 'something is offered that is there')
    await still(page)
    assert.deepEqual(watch.faults, [])
    await c.close()
  })

  test('the newsfeed of a section has its stories only', async () => {
    const [one, other] = await it.sections(edition.slug)
    const { page, watch, close } = await open(`/newsfeed/${one.slug}`)
    assert.equal(await page.locator('.places [aria-current]').textContent(), one.name)
    const elsewhere = unique('Goose lands elsewhere')
    await it.publish({ headline: elsewhere, section: other.slug })
    const here = await it.publish({ headline: unique('Goose lands here'), section: one.slug })
    await row(page, here.headline).waitFor({ timeout: 45_000 })
    assert.equal(await row(page, elsewhere).count(), 0)
    await it.update(here.id, { section: other.slug })
    await row(page, here.headline).waitFor({ state: 'detached', timeout: 45_000 })
    await still(page)
    await shot(page, 'newsfeed-section')
    await page.setViewportSize({ width: 320, height: 700 })
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, 'newsfeed-section-320-dark')
    assert.deepEqual(watch.faults, [])
    await close()
    const arabic = (await it.editions()).find((e) => e.language === 'ar')
    const { context: c } = await context(b, it.url)
    const rtl = await c.newPage()
    await rtl.goto(`${it.url}/${arabic.slug}/newsfeed/${(await it.sections(arabic.slug))[0].slug}`)
    await shot(rtl, 'newsfeed-section-ar')
    await c.close()
  })

  test('a line over the page covers nothing of its end', async () => {
    const { page, close } = await open('/newsfeed', { viewport: { width: 320, height: 560 } })
    await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }))
    await page.waitForTimeout(400)
    await it.publish({ headline: unique('Buoy rings twice') })
    const toast = page.locator('.toast:not([hidden])')
    await toast.waitFor({ timeout: 45_000 })
    await page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }))
    const line = await toast.boundingBox()
    const end = await page.evaluate(() => Math.max(...[...document.querySelectorAll('.colophon a, .colophon button')].filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect().bottom)))
    assert.ok(end <= line.y, `the page ends at ${end}, the line begins at ${line.y}`)
    await close()
  })

  test('a device that saves data has no stream', async () => {
    const { context: c } = await context(b, it.url)
    await c.addInitScript(() => Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) }))
    const page = await c.newPage()
    const asked = []
    page.on('request', (r) => asked.push(new URL(r.url()).pathname))
    await page.goto(it.url, { waitUntil: 'networkidle' })
    assert.ok(asked.some((p) => p.startsWith('/assets/')), 'the script ran')
    await page.waitForFunction(() => document.querySelector('[data-display]').checkVisibility())
    assert.ok(!asked.includes('/events'))
    assert.ok(await page.evaluate(() => [...document.querySelectorAll('img[loading=lazy][srcset]')].every((i) => i.sizes === '1px')))
    await c.close()
  })

  test('a feed that is scrolled stays where it is and offers what is new', async () => {
    const { page, close } = await open('/')
    const list = page.locator('[data-part=newsfeed] [data-list]')
    const scrolls = await list.evaluate((e) => {
      e.scrollTop = 120
      return e.scrollTop > 0
    })
    assert.ok(scrolls, 'the column scrolls by itself')
    const top = await list.evaluate((e) => e.querySelectorAll('li')[4].getBoundingClientRect().top)
    const headline = unique('Crane driver feeds gull')
    await it.publish({ headline })
    const toast = page.locator('.toast:not([hidden])')
    await toast.waitFor({ timeout: 45_000 })
    assert.equal(await list.evaluate((e) => e.querySelectorAll('li')[4].getBoundingClientRect().top), top)
    await toast.click()
    await row(page, headline).waitFor()
    assert.equal(await list.evaluate((e) => e.scrollTop), 0)
    await close()
  })

  test('every edition counts in its own plural forms and its own time', async () => {
    for (const other of (await it.editions()).filter((e) => e.slug !== edition.slug)) {
      const { page, close } = await open(`/${other.slug}/`)
      const [section] = await it.sections(other.slug)
      for (let n = 1; n <= 3; n++) {
        const headline = unique(`${section.name} ${n}`)
        await it.publish({ edition: other.slug, section: section.slug, headline, lead: section.description, body_html: `<p>${section.description}</p>`, language: other.language })
        await row(page, headline).waitFor({ timeout: 45_000 })
        assert.equal(await counter(page).textContent(), one('newsfeed.new', n, other.language))
        const now = new Intl.DateTimeFormat('en-GB', { timeZone: other.timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
        const shown = await row(page, headline).locator('time').textContent()
        assert.ok([0, 1].some((ago) => now.format(Date.now() - ago * 60_000) === shown), `${shown} in ${other.timezone}`)
      }
      await close()
    }
  })
})
