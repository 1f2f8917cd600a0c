// The application on a device: installed under the publication's name, and opened where nothing answers.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot } from '../lib/browser.mjs'
import { covered } from '../lib/house.mjs'
import { enter, patient } from '../lib/staff.mjs'

describe('the newsroom on a phone', { timeout: 600_000 }, () => {
  let it, b, story, posts
  const phone = { viewport: { width: 390, height: 844 } }
  before(async () => {
    ;({ it, story, posts } = await covered())
    b = await browser()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const box = (page) => page.getByRole('textbox', { name: 'Text of the post' })
  const write = async (page, words) => {
    await box(page).click()
    await page.keyboard.type(words)
    await page.keyboard.press('Control+Enter')
    await page.waitForFunction(() => document.querySelector('.livebox .body').textContent === '', undefined, patient)
  }
  const until = async (what, f) => {
    for (const end = Date.now() + 60_000; !await f(); await new Promise((done) => setTimeout(done, 100))) assert.ok(Date.now() < end, what)
  }
  /** The worker stands between this page and the network, with all files. */
  const ready = (page) => until('no worker has the page', () => page.evaluate(() => navigator.serviceWorker.controller?.state === 'activated'))

  test('it can be installed: name, icons, a way to the live box; readers\' pages have neither manifest nor worker', async () => {
    const { page, c, close } = await enter(b, it, 'Ana Brandt', undefined, phone)
    const cdp = await c.newCDPSession(page)
    const said = await cdp.send('Page.getAppManifest')
    assert.deepEqual(said.errors, [])
    const manifest = JSON.parse(said.data)
    assert.equal(manifest.name, 'The Harbour Post · Newsroom')
    assert.deepEqual([manifest.start_url, manifest.scope, manifest.display, manifest.shortcuts[0].url], ['/newsroom/', '/newsroom/', 'standalone', '/newsroom/live'])
    for (const icon of manifest.icons) {
      const size = await page.evaluate(async (src) => { const i = new Image(); i.src = src; await i.decode(); return `${i.naturalWidth}x${i.naturalHeight}` }, icon.src)
      assert.equal(size, icon.sizes)
    }
    await ready(page)
    assert.deepEqual((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors.filter((e) => e.errorId !== 'in-incognito'), [])
    await close()
    const { context: rc, watch } = await context(b, it.url, phone)
    const reader = await rc.newPage()
    for (const url of [it.url, story.url]) {
      await reader.goto(url)
      assert.equal(await reader.locator('link[rel=manifest]').count(), 0)
      assert.deepEqual(await reader.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0)
    }
    assert.deepEqual(watch.requests.filter((u) => /worker|manifest/.test(u)), [])
    assert.deepEqual(watch.faults, [])
    await rc.close()
  })

  test('with a dead network the box opens with its queue and what stood in it; what is published is kept, and sent once when the server is back', async () => {
    const { page, c, watch, close } = await enter(b, it, 'Ben Okoro', undefined, phone)
    await page.goto(`${it.url}/newsroom/live/${story.id}`)
    await write(page, 'Before the network went.')
    await page.getByText(/^Out /).waitFor(patient)
    await ready(page)
    await it.kill()
    await write(page, 'Kept one.')
    await page.getByText('Kept here, 1 waiting').waitFor(patient)
    await box(page).click()
    await page.keyboard.type('Half a sentence')
    await until('the box is not kept', () => page.evaluate(() => new Promise((done) => { const o = indexedDB.open('dateline-live'); o.onsuccess = () => { const r = o.result.transaction('boxes').objectStore('boxes').getAll(); r.onsuccess = () => { o.result.close(); done(r.result.length === 1) } } })))
    await page.close({ runBeforeUnload: false })

    const next = await c.newPage() // the application is opened anew, and nothing answers
    await next.goto(`${it.url}/newsroom/`)
    await next.getByText('No connection.', { exact: false }).waitFor(patient)
    await shot(next, 'offline-desk')
    await next.getByRole('navigation').getByRole('link', { name: /^Live\b.*1 post is not sent$/ }).click()
    await next.getByText('These coverages were open on this device', { exact: false }).waitFor(patient)
    await shot(next, 'offline-list')
    await next.getByRole('link', { name: story.headline }).click()
    await box(next).waitFor(patient)
    await next.getByText('Half a sentence').waitFor(patient)
    await next.getByText('Kept here, 1 waiting').waitFor(patient)
    await shot(next, 'offline-box')
    await next.emulateMedia({ colorScheme: 'dark' })
    await shot(next, 'offline-box-dark')
    await next.emulateMedia({ colorScheme: 'light' })
    await box(next).click()
    await next.keyboard.press('Control+End')
    await next.keyboard.type(', and the rest.')
    await next.keyboard.press('Control+Enter')
    await next.getByText('Kept here, 2 waiting').waitFor(patient)
    assert.ok(await next.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'scrolled sideways')

    await it.again()
    await next.locator('.posts').getByText('Half a sentence, and the rest.').waitFor(patient)
    await next.getByText('No connection.', { exact: false }).waitFor({ state: 'detached', ...patient })
    assert.deepEqual(await posts(), ['Half a sentence, and the rest.', 'Kept one.', 'Before the network went.'])
    assert.deepEqual(watch.faults, [])
    await close().catch(() => undefined)
  })

  test('a page that the worker drew has a nonce of its own and breaks no policy; nothing of the API is kept by it', async () => {
    const { page, c } = await enter(b, it, 'Cora Lind', undefined, phone)
    await page.goto(`${it.url}/newsroom/live/${story.id}`)
    await box(page).waitFor(patient)
    await ready(page)
    await it.kill()
    const nonces = new Set()
    for (let i = 0; i < 2; i++) {
      await page.goto(`${it.url}/newsroom/live/${story.id}`)
      await box(page).waitFor(patient)
      nonces.add(await page.evaluate(() => document.querySelector('meta[property=csp-nonce]').nonce))
      assert.deepEqual(await page.evaluate(() => globalThis.seen.policy), [])
    }
    assert.equal(nonces.size, 2)
    const kept = await page.evaluate(async () => {
      const out = []
      for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) out.push(new URL(r.url).pathname)
      return out
    })
    assert.ok(kept.length > 20)
    assert.deepEqual(kept.filter((at) => !at.startsWith('/newsroom/assets/')), [])
    await it.again()
    await page.goto(`${it.url}/newsroom/`)
    await page.getByRole('button', { name: /Cora Lind: / }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail').waitFor(patient)
    assert.deepEqual(await page.evaluate(() => [localStorage.getItem('dateline.session'), localStorage.getItem('dateline.coverages')]), [null, null])
    await c.close()
  })
})
