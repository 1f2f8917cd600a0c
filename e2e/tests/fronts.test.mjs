// The fronts by hand: pinned and moved by keyboard, seen before they are out, with an end, and by two at once.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'

describe('fronts', { timeout: 480_000 }, () => {
  let it, b, edition
  before(async () => {
    it = await house()
    b = await browser()
    edition = await it.defaultEdition()
  })
  after(async () => {
    const now = await it.call('GET', `/fronts/${edition.slug}`)
    if (now.pins.length > 0) await it.call('PUT', `/fronts/${edition.slug}`, { pins: [] }, { 'If-Match': '*' })
    await b?.close()
    await it?.stop()
  })

  const enter = async (name, options) => {
    const link = await it.person(name)
    const { context: c, watch } = await context(b, it.url, { locale: 'en-GB', ...options })
    const page = await c.newPage()
    await page.goto(link)
    await page.getByRole('button').first().click()
    await page.getByRole('navigation').first().waitFor({ timeout: 45_000 })
    await page.goto(`${it.url}/newsroom/fronts`)
    await page.locator('.slot').first().waitFor({ timeout: 45_000 })
    return { page, c, watch, close: async () => { assert.deepEqual((await seen(page)).policy, [], 'the policy was violated'); assert.deepEqual(watch.faults, []); await c.close() } }
  }
  const clear = () => it.call('PUT', `/fronts/${edition.slug}`, { pins: [] }, { 'If-Match': '*' })
  const put = (pins) => it.call('PUT', `/fronts/${edition.slug}`, { pins }, { 'If-Match': '*' })
  /** The addresses of the lead and what stands beside it, as readers have them. */
  const readers = async (page) => {
    await page.goto(`${it.url}/`)
    return page.locator('main > .lead h2 a, main > .seconds h2 a').evaluateAll((all) => all.map((a) => new URL(a.href).pathname))
  }
  const path = (url) => new URL(url).pathname
  const headlines = (page) => page.locator('.slot .head').allTextContents()
  const live = (page) => page.getByText(/^Live \d\d:\d\d:\d\d$/).waitFor({ timeout: 45_000 })

  test('a story is pinned, moved and published with the keyboard alone, and taken back', async () => {
    await clear()
    const { page, close } = await enter('Ada Front')
    const reader = await page.context().newPage()
    const before = await readers(reader)
    const [first, second] = await headlines(page)
    const handle = page.getByRole('button', { name: new RegExp('^Move .*Slot 2$') })
    await handle.focus()
    await page.keyboard.press('ArrowUp')
    await page.waitForFunction((words) => document.querySelector('.slot .head').textContent === words, second, { timeout: 45_000 })
    await page.waitForFunction(() => /Lead$/.test(document.activeElement?.getAttribute('aria-label') ?? ''), undefined, { timeout: 45_000 }) // the focus follows the story
    await page.locator('.spoken').getByText(/now in Lead$/).waitFor()
    await page.getByRole('button', { name: 'Publish the front' }).focus()
    await page.keyboard.press('Enter')
    await live(page)
    await shot(page, 'fronts')
    assert.deepEqual((await readers(reader)).slice(0, 2), [before[1], before[0]])
    const kept = await it.call('GET', `/fronts/${edition.slug}`)
    assert.equal(kept.pins.length, 1)
    assert.equal(kept.pins[0].slot, 0)
    await page.getByRole('button', { name: 'Take it back' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction((words) => document.querySelector('.slot .head').textContent === words, first, { timeout: 45_000 })
    assert.deepEqual(await readers(reader), before)
    await close()
  })

  test('the preview is the page before readers have it, with other words in one slot', async () => {
    await clear()
    const { page, c, close } = await enter('Bea Front')
    await page.getByRole('button', { name: /^Pin .* to Slot 3$/ }).click()
    await page.getByRole('button', { name: 'Here only' }).click()
    await page.getByLabel('Headline in this slot').fill('Other words, here only')
    await page.getByText('1 slot changed, not published').waitFor()
    const [preview] = await Promise.all([c.waitForEvent('page'), page.getByRole('link', { name: 'Preview' }).click()])
    await preview.getByText('Other words, here only').waitFor({ timeout: 45_000 })
    assert.equal(await preview.locator('[data-part="brand"]').first().textContent(), edition.name)
    await preview.close()
    assert.doesNotMatch(await (await fetch(`${it.url}/`)).text(), /Other words, here only/)
    await page.keyboard.press('Control+z')
    await page.getByLabel('Headline in this slot').press('Tab')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await close()
  })

  test('a pin ends by itself, and a withdrawn story leaves its slot to the next', async () => {
    await clear()
    const story = await it.publish({ headline: `Short lived ${Date.now()}`, urgency: 9 })
    const { page, close } = await enter('Cora Front')
    const reader = await page.context().newPage()
    await put([{ slot: 0, article: story.id, until: new Date(Date.now() + 8_000).toISOString() }])
    const lead = /<article class="lead[^]*?<h2>[^]*?href="([^"]+)"/.exec(await (await fetch(`${it.url}/`)).text())?.[1]
    assert.equal(lead, path(story.url))
    await page.locator('.slot').first().getByText(/^Until/).waitFor({ timeout: 45_000 })
    await page.locator('.slot').first().getByText('By itself').waitFor({ timeout: 45_000 }) // the open page hears of it
    assert.notEqual((await readers(reader))[0], path(story.url))
    await page.getByRole('button', { name: 'History' }).click()
    await page.getByText('A pin ended').first().waitFor({ timeout: 45_000 })
    await shot(page, 'fronts-history')
    await put([{ slot: 0, article: story.id }])
    await it.withdraw(story.id)
    const now = await readers(reader)
    assert.notEqual(now[0], path(story.url))
    assert.equal(now.length, 4)
    await page.locator('.slot').first().getByText('Not shown: Withdrawn').waitFor({ timeout: 45_000 })
    await close()
  })

  test('of two editors the second sees both fronts slot by slot, and chooses', async () => {
    await clear()
    const ana = await enter('Ana Front')
    const ben = await enter('Ben Other')
    const shown = await headlines(ana.page)
    await ben.c.setOffline(true) // he does not hear of what she does
    await ben.page.getByRole('button', { name: /^Move .*Slot 3$/ }).focus()
    await ben.page.keyboard.press('ArrowUp')
    await ana.page.getByRole('button', { name: /^Pin .* to Lead$/ }).click()
    await ana.page.getByRole('button', { name: 'Publish the front' }).click()
    await live(ana.page)
    await ben.c.setOffline(false)
    await ben.page.getByRole('button', { name: 'Publish the front' }).click().catch(() => undefined)
    await ben.page.getByText('Somebody published this front in between').first().waitFor({ timeout: 45_000 })
    await shot(ben.page, 'fronts-both')
    await ben.page.getByRole('group', { name: 'Slot 2' }).getByLabel(/^Yours/).check()
    await ben.page.getByRole('button', { name: 'Go on with these' }).click()
    await ben.page.getByRole('button', { name: 'Publish the front' }).click()
    await live(ben.page)
    const both = await it.call('GET', `/fronts/${edition.slug}`)
    assert.deepEqual(both.shown.slice(0, 2).map((s) => s.headline), [shown[0], shown[2]])
    assert.deepEqual(both.pins.map((p) => p.slot), [0, 1])
    await ana.close()
    await ben.c.close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing on the fronts in ${locale}, and nothing is scrolled sideways`, async () => {
      await clear()
      const { context: c } = await context(b, it.url, { locale, bypassCSP: true })
      const page = await c.newPage()
      await page.goto(await it.person('Eva Front'))
      await page.getByRole('button').first().click()
      await page.getByRole('navigation').first().waitFor({ timeout: 45_000 })
      await page.goto(`${it.url}/newsroom/fronts`)
      await page.locator('.slot-acts button').first().click()
      await page.locator('.slot-acts button').first().click()
      await page.locator('.slot-here').waitFor({ timeout: 45_000 })
      const wrong = new Set()
      const look = async (view) => {
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await page.setViewportSize({ width, height: 800 })
            for (const line of await violations(page, colorScheme === 'dark' || width !== 320)) wrong.add(`${view}, ${colorScheme}, ${width}: ${line}`)
            if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wrong.add(`${view}, ${width}: scrolled sideways`)
            await shot(page, `fronts-${view}-${locale}-${colorScheme}-${width}`)
          }
        }
      }
      await look('slots')
      await page.locator('.strip button[aria-expanded]').click()
      await page.locator('.front-stories .version').first().waitFor({ timeout: 45_000 })
      await look('history')
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
