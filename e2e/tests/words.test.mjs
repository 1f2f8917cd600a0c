// Words in places where a network, a colleague, an administrator or the browser itself takes the ground from under them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { comes, enter, headline, looker, patient, saved } from '../lib/staff.mjs'

describe('words', { timeout: 480_000 }, () => {
  let it, b, fields
  before(async () => {
    it = await house('serve')
    b = await browser()
    await it.call('POST', '/editions', { slug: 'en', name: 'The Typist', language: 'en', timezone: 'UTC' })
    await it.call('POST', '/sections', { edition: 'en', slug: 'world', name: 'World' })
    fields = { edition: 'en', section: 'world' }
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const text = (page) => page.locator('.body[contenteditable=true]')
  const open = async (page, more = {}) => {
    const a = await it.call('POST', '/articles', { ...fields, headline: `Words ${Date.now()}`, body_html: '<p>Begun.</p>', ...more })
    await page.goto(`${it.url}/newsroom/stories/${a.id}`)
    await text(page).click(patient)
    await page.keyboard.press('Control+End')
    return a
  }
  const kept = (page, word) => comes(page, (w) => new Promise((done) => {
    const asked = indexedDB.open('dateline')
    asked.onsuccess = () => { const all = asked.result.transaction('copies').objectStore('copies').getAll(); all.onsuccess = () => { asked.result.close(); done(JSON.stringify(all.result).includes(w)) } }
  }), word)

  test('a story that was deleted under one\'s hands gives its words to a new one, at once or after a reload', async () => {
    const { page, close } = await enter(b, it, 'Dora Gone', 'editor', { serviceWorkers: 'block' })
    for (const reload of [false, true]) {
      const a = await open(page)
      await page.route('**/api/v1/articles/*', (route) => route.request().method() === 'PATCH' ? route.abort() : route.continue())
      await page.keyboard.type(' Only here.')
      await kept(page, 'Only here.')
      await it.call('DELETE', `/articles/${a.id}`, undefined, { 'If-Match': '*' })
      await page.unrouteAll()
      if (reload) {
        await page.reload()
        await page.locator('.kept').getByText('Begun. Only here.').waitFor(patient)
        await shot(page, 'words-gone', { fullPage: true })
      }
      await page.getByText('Your words are still here').waitFor(patient)
      await page.getByRole('button', { name: 'Begin a new story with it' }).click()
      await page.waitForURL((u) => u.pathname.includes('/stories/') && !u.pathname.endsWith(a.id), patient)
      await text(page).getByText('Begun. Only here.').waitFor(patient)
      assert.equal(await headline(page).inputValue(), a.headline)
      const fresh = await it.call('GET', `/articles/${new URL(page.url()).pathname.split('/').at(-1)}`)
      assert.match(JSON.stringify(fresh.body), /Begun\. Only here\./)
      await page.goto(`${it.url}/newsroom/stories/${a.id}`)
      await page.getByText('This story could not be opened').waitFor(patient)
      assert.equal(await page.locator('.kept').count(), 0, 'the copy is kept although its words are in a story')
    }
    await close()
  })

  test('who may not work on the story any more still has the words, and the story has them when the right is back', async () => {
    const { page, close } = await enter(b, it, 'Rita Right', 'editor')
    const me = await page.evaluate(async () => (await fetch('/api/v1/me')).json())
    const a = await open(page)
    await it.call('PATCH', `/accounts/${me.id}`, { grants: [{ role: 'moderator' }] }, { 'If-Match': '*' })
    await page.keyboard.type(' Typed too late.')
    await page.getByText('Your words are still here').waitFor(patient)
    await page.reload()
    await page.locator('.kept').getByText('Begun. Typed too late.').waitFor(patient)
    assert.equal(await page.getByRole('button', { name: 'Begin a new story with it' }).count(), 0, 'a moderator writes no stories')
    await it.call('PATCH', `/accounts/${me.id}`, { grants: [{ role: 'editor' }] }, { 'If-Match': '*' })
    await page.reload()
    await text(page).getByText('Begun. Typed too late.').waitFor(patient)
    await saved(page)
    assert.match(JSON.stringify((await it.call('GET', `/articles/${a.id}`)).body), /Typed too late/)
    await close()
  })

  test('axe finds nothing where words are still here of a story that is gone', async () => {
    const { page, close } = await enter(b, it, 'Dora Gone', 'editor', { serviceWorkers: 'block', bypassCSP: true })
    const a = await open(page)
    await page.route('**/api/v1/articles/*', (route) => route.request().method() === 'PATCH' ? route.abort() : route.continue())
    await page.keyboard.type(' Only here.')
    await kept(page, 'Only here.')
    await it.call('DELETE', `/articles/${a.id}`, undefined, { 'If-Match': '*' })
    await page.unrouteAll()
    await page.reload()
    await page.getByText('Your words are still here').waitFor(patient)
    const wrong = new Set()
    await looker(page, 'words', wrong)('kept')
    assert.deepEqual([...wrong], [])
    await close()
  })

  test('one who has the story in another window is told so, is not asked, and goes on where one is', async () => {
    const { page, c, close } = await enter(b, it, 'Tess Twice', 'editor', { serviceWorkers: 'block' })
    const a = await open(page)
    await page.keyboard.type(' In the first.')
    await saved(page)
    const second = await c.newPage()
    await second.goto(`${it.url}/newsroom/stories/${a.id}`)
    await second.getByText(/^You have it open in another window since/).waitFor(patient)
    assert.equal(await second.getByRole('button', { name: 'Ask for it' }).count(), 0, 'one is asked for what one has')
    await shot(second, 'words-window')
    await second.getByRole('button', { name: 'Go on here' }).click()
    await page.getByText(/^You went on in another window at/).waitFor(patient)
    await text(second).getByText('Begun. In the first.').waitFor(patient)
    await close()
  })

  test('a session that ends while one types is opened in another tab, and the first goes on by itself', async () => {
    const { page, c, close } = await enter(b, it, 'Sessa End', 'editor')
    const a = await open(page)
    const cookies = await c.cookies()
    await c.clearCookies()
    await page.keyboard.type(' Typed signed out.')
    await page.getByText('You are signed out').waitFor(patient)
    await page.getByText(/^Offline, 1 change kept here/).waitFor(patient)
    await page.evaluate(() => dispatchEvent(new Event('focus'))) // looked, and still nobody
    await c.addCookies(cookies)
    await page.evaluate(() => dispatchEvent(new Event('focus')))
    await page.getByText('You are signed out').waitFor({ state: 'detached', ...patient })
    await saved(page)
    await text(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' And on.')
    await saved(page)
    const is = async () => JSON.stringify((await it.call('GET', `/articles/${a.id}`)).body)
    for (const end = Date.now() + 45_000; !/Typed signed out\. And on\./.test(await is());) assert.ok(Date.now() < end, await is())
    await close()
  })

  test('who signs in after one in the same browser gets none of the other\'s words under his name', async () => {
    const { page, c, close } = await enter(b, it, 'Fay First', 'editor')
    const a = await open(page)
    const first = await c.cookies()
    await c.clearCookies()
    const tab = await c.newPage()
    await tab.goto(await it.person('Sam Second', 'editor'))
    await tab.getByRole('button').first().click()
    await tab.getByRole('navigation').first().waitFor(patient)
    await page.bringToFront()
    await page.keyboard.type(' By Fay.')
    await page.getByText('You are signed out').waitFor(patient)
    const is = async () => JSON.stringify(await it.call('GET', `/articles/${a.id}`))
    assert.doesNotMatch(await is(), /By Fay/)
    await tab.close()
    await c.clearCookies()
    await c.addCookies(first)
    await page.evaluate(() => dispatchEvent(new Event('focus')))
    for (const end = Date.now() + 45_000; !/By Fay/.test(await is());) assert.ok(Date.now() < end, await is())
    await close()
  })

  test('whose story is taken over goes on writing where the cursor was, into the branch', async () => {
    const one = await enter(b, it, 'Olga One', 'editor')
    const other = await enter(b, it, 'Otto Other', 'editor')
    const a = await open(one.page)
    await one.page.keyboard.type(' Before.')
    await saved(one.page)
    await other.page.goto(`${it.url}/newsroom/stories/${a.id}`)
    await other.page.getByRole('button', { name: 'Take over' }).click(patient)
    await one.page.getByText(/^Otto Other took over at/).waitFor(patient)
    await one.page.keyboard.type(' And after.')
    await text(one.page).getByText('Begun. Before. And after.').waitFor(patient)
    for (const end = Date.now() + 45_000; ; await new Promise((done) => setTimeout(done, 100))) {
      const { items } = await it.call('GET', `/articles/${a.id}/branches`)
      if (items[0] && /And after/.test(JSON.stringify(await it.call('GET', `/articles/${a.id}/branches/${items[0].id}`)))) break
      assert.ok(Date.now() < end, 'the branch has not what was typed after the take-over')
    }
    await one.close()
    await other.close()
  })

  test('a page that is closed with the last letter gives its words to the next', async () => {
    const { page, c } = await enter(b, it, 'Cleo Close', 'editor')
    const a = await open(page)
    await page.route('**/api/v1/articles/**', (route) => ['PATCH', 'PUT'].includes(route.request().method()) ? route.abort() : route.continue())
    await page.keyboard.type(' The last word.')
    await page.close()
    const next = await c.newPage()
    await next.goto(`${it.url}/newsroom/stories/${a.id}`)
    await next.locator('.body').getByText('Begun. The last word.').waitFor(patient)
    await c.close()
  })

  test('a browser that keeps nothing says so, and asks before it lets the only copy go', async () => {
    const { page, c, close } = await enter(b, it, 'Pia Private', 'editor')
    await c.addInitScript(() => { IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError') } })
    const a = await open(page)
    await page.getByText('This browser keeps nothing').waitFor(patient)
    await c.setOffline(true)
    await page.keyboard.type(' Nowhere else.')
    await page.getByText(/^Offline, 1 change/).waitFor(patient)
    const asked = page.waitForEvent('dialog', patient)
    const going = page.reload().catch(() => undefined)
    const dialog = await asked
    assert.equal(dialog.type(), 'beforeunload')
    await dialog.dismiss()
    await c.setOffline(false)
    await saved(page)
    await going
    assert.match(JSON.stringify((await it.call('GET', `/articles/${a.id}`)).body), /Nowhere else/)
    await close()
  })

  test('what was typed when a colleague withdrew the story is in Versions, and the page says so', async () => {
    const { page, close } = await enter(b, it, 'Wim Drawn', 'editor')
    const a = await it.publish({ headline: `Words ${Date.now()}`, body_html: '<p>Begun.</p>' })
    await page.goto(`${it.url}/newsroom/stories/${a.id}`)
    await text(page).click(patient)
    await page.keyboard.press('Control+End')
    await page.route('**/api/v1/articles/*', (route) => route.request().method() === 'PATCH' ? route.abort() : route.continue())
    await page.keyboard.type(' Typed meanwhile.')
    await it.withdraw(a.id)
    await page.getByText('What you wrote last is kept as a branch, under Versions.').waitFor(patient)
    const { items } = await it.call('GET', `/articles/${a.id}/branches`)
    assert.match(JSON.stringify(await it.call('GET', `/articles/${a.id}/branches/${items[0].id}`)), /Typed meanwhile/)
    await close()
  })
})
