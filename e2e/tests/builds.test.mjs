// Two builds of the newsroom follow each other at one address: a tab that is open works on, a reload takes the new one, and what was kept on the device is there.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { nextBuild } from '../lib/build.mjs'
import { covered } from '../lib/house.mjs'
import { comes, enter, patient } from '../lib/staff.mjs'

describe('a new build of the newsroom', { timeout: 900_000 }, () => {
  let it, b, story, posts, next
  before(async () => {
    next = await nextBuild()
    ;({ it, story, posts } = await covered())
    b = await browser()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
    await next?.done()
  })

  const box = (page) => page.getByRole('textbox', { name: 'Text of the post' })
  const build = (page) => page.evaluate(() => document.querySelector('meta[name=build]')?.content ?? 'first')
  /** How often a tab was opened or loaded anew. */
  const loads = (page) => {
    const seen = { n: 0 }
    page.on('load', () => { seen.n++ })
    return seen
  }
  /** What workers keep: builds, and how many files of each name there are. */
  const kept = (page) => page.evaluate(async () => {
    const out = []
    for (const name of await caches.keys()) out.push((await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname))
    return out
  })
  const place = async (page, name) => {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click(patient)
    await page.waitForURL((u) => u.pathname === `/newsroom/${name.toLowerCase()}`, patient)
    await page.getByRole('heading', { level: 1 }).first().waitFor(patient)
  }

  test('an open tab works on, a reload takes the new build once, and nothing kept on the device is lost', async () => {
    const { page, c, watch, close } = await enter(b, it, 'Ana Brandt')
    await page.goto(`${it.url}/newsroom/live/${story.id}`)
    await box(page).waitFor(patient)
    await comes(page, () => navigator.serviceWorker.controller?.state === 'activated')
    const other = await c.newPage() // a second tab, at the desk
    await other.goto(`${it.url}/newsroom/`)
    await other.locator('.row').first().waitFor(patient)
    const [here, there] = [loads(page), loads(other)]
    assert.equal(await build(page), 'first')
    assert.deepEqual((await kept(page)).map((files) => files.length), [next.files.length])

    await it.kill()
    await box(page).click()
    await page.keyboard.type('Written before the new build.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Kept here, 1 waiting').waitFor(patient)
    await box(page).click()
    await page.keyboard.type('Half a sentence')

    await it.again(next.program)
    for (const file of next.files.slice(0, 3)) assert.equal((await fetch(it.url + file)).status, 404, `the new build has ${file}`)
    await page.locator('.posts').getByText('Written before the new build.').waitFor(patient)
    assert.deepEqual(await posts(), ['Written before the new build.'])
    assert.match(await box(page).innerText(), /Half a sentence/)
    // Places of which the tab has loaded nothing yet: their files are of the first build, and only the device has them.
    await place(page, 'Pictures')
    await place(page, 'Community')
    await place(other, 'Fronts')
    assert.deepEqual([here.n, there.n, await build(page), await build(other)], [0, 0, 'first', 'first'], 'a tab was loaded anew under somebody')

    await page.goto(`${it.url}/newsroom/live/${story.id}`)
    await page.getByText('Half a sentence').waitFor(patient)
    assert.equal(await build(page), 'next')
    await comes(page, async (files) => (await caches.keys()).length === 2 && (await navigator.serviceWorker.getRegistration('/newsroom/')).active?.state === 'activated' && (await (await caches.open((await caches.keys()).at(-1))).keys()).length === files, next.files.length)
    await page.reload()
    await page.getByText('Half a sentence').waitFor(patient)
    await shot(page, 'builds-next')
    assert.equal(await build(page), 'next')
    assert.equal(here.n, 2, 'a page was loaded again by itself')
    // The second tab is of the first build still, and the worker is not.
    await place(other, 'Pictures')
    await place(other, 'Inbox')
    assert.deepEqual([there.n, await build(other)], [0, 'first'])

    await it.kill()
    await page.reload() // nothing answers: the device has the new build whole
    await page.getByText('Half a sentence').waitFor(patient)
    assert.equal(await build(page), 'next')
    await box(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(', and the rest.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Kept here, 1 waiting').waitFor(patient)
    await it.again(next.program)
    await page.locator('.posts').getByText('Half a sentence, and the rest.').waitFor(patient)
    assert.deepEqual(await posts(), ['Half a sentence, and the rest.', 'Written before the new build.'])
    await other.reload()
    await other.getByRole('heading', { level: 1 }).first().waitFor(patient)
    assert.equal(await build(other), 'next')
    assert.deepEqual([here.n, there.n], [3, 1], 'a page was loaded again by itself')
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('back to the build before: a page is of one build whole, whichever the server has', async () => {
    const { page, watch, close } = await enter(b, it, 'Ben Okoro')
    const seen = loads(page)
    await comes(page, () => navigator.serviceWorker.controller?.state === 'activated')
    assert.equal(await build(page), 'next')
    await it.kill()
    await it.again()
    await page.goto(`${it.url}/newsroom/live/${story.id}`)
    await box(page).waitFor(patient)
    assert.equal(await build(page), 'first')
    await place(page, 'Pictures')
    await comes(page, async (file) => { for (const name of await caches.keys()) if (await (await caches.open(name)).match(file)) return true; return false }, next.files.at(-1))
    await page.reload()
    await page.getByRole('heading', { level: 1 }).first().waitFor(patient)
    assert.deepEqual([seen.n, await build(page)], [2, 'first'])
    assert.deepEqual(watch.faults, [])
    await close()
  })
})
