// The story after the one that is read: opened below it on request, and a link without scripts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'

describe('the next story', { timeout: 300_000 }, () => {
  let it, b, url
  const headlines = []
  before(async () => {
    it = await house()
    b = await browser()
    for (let n = 0; n < 6; n++) {
      headlines.unshift(`Mooring post ${n} is painted ${Date.now()}`)
      url = (await it.publish({ headline: headlines[0], body_html: '<p>It is red now.</p>'.repeat(12) })).url
    }
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const open = async (options) => {
    const { context: c, watch } = await context(b, it.url, options)
    const page = await c.newPage()
    await page.goto(url, { waitUntil: 'load' })
    return { page, watch, close: () => c.close() }
  }
  const link = (page) => page.locator('[data-next] a')
  const at = (page) => page.evaluate(() => [document.title.split(' | ')[0], location.href === document.querySelector('link[rel=canonical]').href, location.pathname])

  for (const options of [{}, { viewport: { width: 375, height: 700 } }]) {
    test(`opens below, three at most, and address, title and share follow the story in view, ${options.viewport ? 'on a phone' : 'on a desktop'}`, async () => {
      const { page, watch, close } = await open(options)
      assert.equal(await page.locator('main [data-part=loader]').isVisible(), false, 'the loader is at rest')
      const first = await at(page)
      for (let n = 1; n <= 3; n++) {
        assert.equal(await link(page).textContent(), headlines[n])
        await link(page).scrollIntoViewIfNeeded()
        await link(page).click()
        const story = page.locator('main article.paper').nth(n)
        await story.locator('h1', { hasText: headlines[n] }).waitFor()
        await story.evaluate((e) => e.scrollIntoView({ block: 'start', behavior: 'instant' }))
        await page.waitForFunction((title) => document.title.startsWith(title), headlines[n])
        const [, shared, path] = await at(page)
        assert.ok(shared, 'the canonical address is that of the story in view')
        assert.notEqual(path, first[2])
        assert.equal(await page.locator('.opened h1').last().evaluate((e) => e === document.activeElement), true)
      }
      assert.deepEqual((await seen(page)).shifts, [], 'the layout shifted')
      assert.deepEqual((await seen(page)).policy, [])
      assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)), [])
      await page.evaluate(() => document.querySelectorAll('main article.paper')[1].scrollIntoView({ block: 'start', behavior: 'instant' }))
      await shot(page, `next-${options.viewport ? 'phone' : 'desktop'}`)
      await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
      await page.waitForFunction((title) => document.title.startsWith(title), first[0])
      assert.deepEqual(await at(page), first)
      assert.deepEqual(watch.faults, [])
      await link(page).click()
      await page.waitForFunction((text) => document.querySelectorAll('h1').length === 1 && document.querySelector('h1').textContent === text, headlines[4])
      await close()
    })
  }

  test('says what it opens while it is on its way, and is a link when it cannot be had', async () => {
    const { page, close } = await open()
    const next = new URL(await link(page).getAttribute('href'), url).href
    let answer
    const held = new Promise((done) => { answer = done })
    let asked = 0
    await page.route(next, async (route) => {
      if (asked++ > 0) return route.continue()
      await held
      return route.abort()
    })
    await link(page).click()
    const loader = page.locator('main [data-part=loader]')
    await loader.filter({ hasText: headlines[1] }).waitFor()
    assert.equal(await loader.getAttribute('role'), 'status')
    await shot(page, 'next-loading')
    answer()
    await page.waitForURL(next)
    assert.equal(await page.locator('h1').textContent(), headlines[1])
    await close()
  })

  test('is a link without scripts', async () => {
    const { page, close } = await open({ javaScriptEnabled: false })
    await link(page).click()
    await page.waitForURL((u) => u.href !== url)
    assert.equal(await page.locator('h1').textContent(), headlines[1])
    await close()
  })
})
