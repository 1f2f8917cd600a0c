// What is read: counted without a cookie, shown to the newsroom, and to readers as most read.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker } from '../lib/staff.mjs'

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0'

describe('readership', { timeout: 480_000 }, () => {
  let it, b, edition
  const stories = []
  const until = async (what, ok) => {
    for (const end = Date.now() + 90_000; Date.now() < end; await new Promise((done) => setTimeout(done, 500))) if (await ok()) return
    throw new Error(`never: ${what}`)
  }
  const read = async (story, times) => { for (let n = 0; n < times; n++) await (await fetch(story.url, { headers: { 'User-Agent': agent } })).text() }
  before(async () => {
    it = await house()
    b = await browser()
    edition = await it.defaultEdition()
    for (let n = 0; n < 3; n++) stories.push(await it.publish({ headline: `Gull number ${n} counts the boats ${Date.now()}` }))
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  test('who reads is counted without a cookie, and now is who has the page open', async () => {
    const { context: c, watch } = await context(b, it.url, { userAgent: agent })
    const page = await c.newPage()
    await page.goto(stories[0].url)
    await until('the open page is seen', async () => (await it.call('GET', `/articles/${stories[0].id}/readership`)).reading === 1)
    assert.deepEqual(await c.cookies(), [])
    assert.deepEqual(watch.faults, [])
    await c.close()
    await until('it is closed', async () => (await it.call('GET', `/articles/${stories[0].id}/readership`)).reading === 0)
    await until('the view is written', async () => (await it.call('GET', `/articles/${stories[0].id}/readership`)).today === 1)
  })

  test('what is read most stands on the front, without scripts too, and on its section', async () => {
    await read(stories[2], 40)
    await read(stories[1], 39)
    await read(stories[0], 38)
    const { context: c } = await context(b, it.url, { javaScriptEnabled: false, userAgent: agent })
    const page = await c.newPage()
    await until('the list is there', async () => {
      await page.goto(`${it.url}/`)
      return (await page.locator('.ranks li').count()) >= 3
    })
    const want = [2, 1, 0].map((n) => stories[n].headline)
    const got = await page.locator('.ranks h3').allTextContents()
    assert.deepEqual(got.slice(0, 3).map((s) => s.trim()), want)
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await page.locator('.ranks').scrollIntoViewIfNeeded()
      await shot(page, `most-read-${width}`)
    }
    const section = (await it.sections(edition.slug))[0]
    await page.goto(`${it.url}/${section.slug}`)
    assert.ok(await page.locator('.ranks li').count() >= 3)
    await c.close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing on the numbers in ${locale}, and nothing is scrolled sideways`, async () => {
      await read(stories[0], 6)
      const { page, close } = await enter(b, it, 'Rea Desk', undefined, { locale, bypassCSP: true })
      const wrong = new Set()
      const look = looker(page, `readership-${locale}`, wrong)
      for (const [name, path, there] of [['readership', '/newsroom/readership', 'dl.readers'], ['story-readers', `/newsroom/stories/${stories[0].id}`, '.panel .readers']]) {
        await page.goto(it.url + path)
        if (name === 'story-readers') {
          const details = page.locator('.strip button[aria-expanded]').first()
          await details.waitFor({ timeout: 45_000 })
          if (await details.getAttribute('aria-expanded') === 'false') await details.click()
        }
        await page.locator(there).first().waitFor({ timeout: 45_000 })
        await look(name)
        assert.deepEqual((await seen(page)).policy, [])
      }
      await close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
