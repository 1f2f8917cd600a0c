// The fronts by hand: pinned and moved by keyboard, seen before they are out, with an end, and by two at once.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker, patient } from '../lib/staff.mjs'

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

  const open = async (name, options) => {
    const one = await enter(b, it, name, undefined, options)
    await one.page.goto(`${it.url}/newsroom/fronts`)
    await one.page.locator('.slot').first().waitFor(patient)
    return { ...one, close: async () => { assert.deepEqual(one.watch.faults, []); await one.close() } }
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
  const live = (page) => page.getByText(/^Live \d\d:\d\d:\d\d$/).waitFor(patient)

  test('a story is pinned, moved and published with the keyboard alone, and taken back', async () => {
    await clear()
    const { page, close } = await open('Ada Front')
    const reader = await page.context().newPage()
    const before = await readers(reader)
    const [first, second] = await headlines(page)
    const handle = page.getByRole('button', { name: new RegExp('^Move .*Slot 2$') })
    await handle.focus()
    await page.keyboard.press('ArrowUp')
    await page.waitForFunction((words) => document.querySelector('.slot .head').textContent === words, second, patient)
    await page.waitForFunction(() => /Lead$/.test(document.activeElement?.getAttribute('aria-label') ?? ''), undefined, patient) // the focus follows the story
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
    await page.waitForFunction((words) => document.querySelector('.slot .head').textContent === words, first, patient)
    assert.deepEqual(await readers(reader), before)
    await close()
  })

  test('the preview is the page before readers have it, with other words in one slot', async () => {
    await clear()
    const { page, c, close } = await open('Bea Front')
    await page.getByRole('button', { name: /^Pin .* to Slot 3$/ }).click()
    await page.getByRole('button', { name: 'Here only' }).click()
    await page.getByLabel('Headline in this slot').fill('Other words, here only')
    await page.getByText('1 slot changed, not published').waitFor()
    const [preview] = await Promise.all([c.waitForEvent('page'), page.getByRole('link', { name: 'Preview' }).click()])
    await preview.getByText('Other words, here only').waitFor(patient)
    assert.equal(await preview.locator('[data-part="brand"]').first().textContent(), edition.name)
    await preview.close()
    assert.doesNotMatch(await (await fetch(`${it.url}/`)).text(), /Other words, here only/)
    await page.keyboard.press('Control+z')
    await page.getByLabel('Headline in this slot').press('Tab')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByRole('button', { name: 'Redo', exact: true }).click()
    await page.getByText('1 slot changed, not published').waitFor(patient)
    const rail = page.getByRole('navigation').first()
    await rail.getByRole('link', { name: 'Desk' }).click() // a look elsewhere loses nothing
    await page.locator('.row').first().waitFor(patient)
    await rail.getByRole('link', { name: 'Fronts' }).click()
    await page.getByText('1 slot changed, not published').waitFor(patient)
    await page.getByRole('button', { name: 'Undo', exact: true }).click() // with its steps
    await close()
  })

  test('a pin ends by itself, and a withdrawn story leaves its slot to the next', async () => {
    await clear()
    const story = await it.publish({ headline: `Short lived ${Date.now()}`, urgency: 9 })
    const { page, close } = await open('Cora Front')
    const reader = await page.context().newPage()
    await put([{ slot: 0, article: story.id, until: new Date(Date.now() + 8_000).toISOString() }])
    const lead = /<article class="lead[^]*?<h2>[^]*?href="([^"]+)"/.exec(await (await fetch(`${it.url}/`)).text())?.[1]
    assert.equal(lead, path(story.url))
    await page.locator('.slot').first().getByText(/^Until/).waitFor(patient)
    await page.locator('.slot').first().getByText('By itself').waitFor(patient) // the open page hears of it
    assert.notEqual((await readers(reader))[0], path(story.url))
    await page.getByRole('button', { name: 'History' }).click()
    await page.getByText('A pin ended').first().waitFor(patient)
    await shot(page, 'fronts-history')
    await put([{ slot: 0, article: story.id }])
    await it.withdraw(story.id)
    const now = await readers(reader)
    assert.notEqual(now[0], path(story.url))
    assert.equal(now.length, 4)
    await page.locator('.slot').first().getByText('Not shown: Withdrawn').waitFor(patient)
    await close()
  })

  test('of two editors the second sees both fronts slot by slot, and chooses', async () => {
    await clear()
    const ana = await open('Ana Front')
    const ben = await open('Ben Other')
    const shown = await headlines(ana.page)
    await ben.c.setOffline(true) // he does not hear of what she does
    await ben.page.getByRole('button', { name: /^Move .*Slot 3$/ }).focus()
    await ben.page.keyboard.press('ArrowUp')
    await ana.page.getByRole('button', { name: /^Pin .* to Lead$/ }).click()
    await ana.page.getByRole('button', { name: 'Publish the front' }).click()
    await live(ana.page)
    await ben.c.setOffline(false)
    await ben.page.getByRole('button', { name: 'Publish the front' }).click().catch(() => undefined)
    await ben.page.getByText('Somebody published this front in between').first().waitFor(patient)
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
      await page.getByRole('navigation').first().waitFor(patient)
      await page.goto(`${it.url}/newsroom/fronts`)
      await page.locator('.slot-acts button').first().click()
      await page.locator('.slot-acts button').first().click()
      await page.locator('.slot-here').waitFor(patient)
      const wrong = new Set()
      const look = looker(page, `fronts-${locale}`, wrong)
      await look('slots')
      await page.locator('.strip button[aria-expanded]').click()
      await page.locator('.front-stories .version').first().waitFor(patient)
      await look('history')
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
