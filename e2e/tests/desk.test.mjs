// The desk in a real browser: who has what in hand, asking for it, many stories at once, and everything by its name.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, headline, looker, patient, saved } from '../lib/staff.mjs'


describe('the desk', { timeout: 480_000 }, () => {
  let it, b
  before(async () => {
    it = await house()
    b = await browser()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const open = (name, role = 'editor', options) => enter(b, it, name, role, options)
  const fresh = async (page, words) => {
    await page.getByRole('button', { name: 'New story' }).click()
    await headline(page).waitFor(patient)
    await headline(page).fill(words)
    await saved(page)
    return page.url().split('/').at(-1)
  }
  const drafts = async (...headlines) => {
    const edition = (await it.defaultEdition()).slug
    const section = (await it.sections(edition))[0].slug
    return Promise.all(headlines.map((h) => it.call('POST', '/articles', { edition, section, headline: h, body_html: '<p>Words.</p>' })))
  }
  /** Waits until a condition of the API holds. */
  const until = async (what, f) => {
    for (const end = Date.now() + 45_000; !await f();) {
      assert.ok(Date.now() < end, what)
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  test('one asks, the other says not now, then lets go: the story changes hands with every word, and both are told within a second', async () => {
    const ana = await open('Ana Sand')
    const ben = await open('Boris Ray')
    const id = await fresh(ana.page, 'Ferry waits for the tide')
    await ben.page.goto(`${it.url}/newsroom/stories/${id}`)
    await ben.page.getByText(/^Ana Sand is editing since/).waitFor(patient)
    await ana.page.getByRole('list', { name: 'Also here' }).getByText('Boris Ray').waitFor(patient)
    await shot(ben.page, 'desk-other')
    const asked = Date.now()
    await ben.page.getByRole('button', { name: 'Ask for it' }).click()
    await ana.page.getByText('Boris Ray asks for this story').waitFor(patient)
    const told = Date.now() - asked
    assert.ok(told < 1000, `she was told after ${told} ms`)
    await shot(ana.page, 'desk-asked')
    await ana.page.getByRole('button', { name: 'Not now' }).click()
    await ben.page.getByText('Ana Sand is keeping it for now.').waitFor(patient)
    await headline(ana.page).fill('Ferry waits for the spring tide')
    await ben.page.getByRole('button', { name: 'Ask again' }).click()
    await ana.page.getByRole('button', { name: 'Let go' }).click() // with words that are not saved yet
    await ben.page.waitForFunction(() => !document.querySelector('.headline').readOnly && document.querySelector('.headline').value === 'Ferry waits for the spring tide', undefined, patient)
    await ana.page.getByText(/^Boris Ray is editing since/).waitFor(patient)
    assert.equal(await headline(ana.page).getAttribute('readonly'), '')
    await headline(ben.page).fill('Ferry sails at last')
    await saved(ben.page)
    await ana.page.waitForFunction(() => document.querySelector('.headline').value === 'Ferry sails at last', undefined, patient)
    assert.deepEqual((await it.call('GET', `/articles/${id}/branches`)).items, [], 'what she let go left nothing behind')
    const taken = Date.now()
    await ana.page.getByRole('button', { name: 'Take over' }).click()
    await ben.page.getByText(/^Ana Sand took over at/).waitFor(patient)
    assert.ok(Date.now() - taken < 1000, `he was told of the take-over after ${Date.now() - taken} ms`)
    await ana.close()
    await ben.close()
  })

  test('the row says who has a story in hand, and who else looks on', async () => {
    const ana = await open('Ana Holm')
    const eva = await open('Eva Mark')
    await eva.page.locator('.row').first().waitFor(patient)
    const id = await fresh(ana.page, 'Harbour seal counted twice')
    const row = eva.page.locator('.row', { has: eva.page.locator(`a[href$="${id}"]`) })
    const changed = eva.page.getByRole('button', { name: /(story|stories) changed/ })
    await row.or(changed).first().waitFor(patient)
    if (await changed.isVisible()) await changed.click()
    await row.getByText('Ana Holm is editing').waitFor(patient)
    const cy = await open('Cy Dale')
    await cy.page.goto(`${it.url}/newsroom/stories/${id}`)
    await row.getByText('Cy Dale has it open').waitFor(patient)
    await cy.page.goto(`${it.url}/newsroom/`)
    const left = { timeout: 40_000, state: 'detached' } // a farewell that is lost would be seen after 45 seconds
    await row.getByText('Cy Dale has it open').waitFor(left)
    await ana.page.getByRole('link', { name: 'Desk', exact: true }).click()
    await row.getByText('Ana Holm is editing').waitFor(left)
    for (const p of [ana, eva, cy]) await p.close()
  })

  test('many stories at once: each is done by itself, and what a check stops is said with its reason', async () => {
    const word = `quay${Date.now().toString(36)}`
    const [one, two] = await drafts(`First ${word}`, `Second ${word}`)
    const three = await it.call('POST', '/articles', { edition: (await it.defaultEdition()).slug, headline: `Third ${word} without a section` })
    const { page, close } = await open('Uma Reed')
    await page.getByRole('searchbox', { name: 'Search stories' }).fill(word)
    await page.keyboard.press('Enter')
    await page.locator('.row').nth(2).waitFor(patient)
    await page.locator('body').click({ position: { x: 5, y: 5 } })
    for (let i = 0; i < 3; i++) { await page.keyboard.press('x'); await page.keyboard.press('j') }
    await page.getByText('3 selected').waitFor(patient)
    await it.call('PATCH', `/articles/${two.id}`, { lead: 'Somebody else was faster.' }, { 'If-Match': '*' })
    await page.getByRole('toolbar').getByRole('button', { name: 'State' }).click()
    await page.getByRole('menuitem', { name: 'Ready' }).click()
    await page.getByText('Done for 2 stories.').waitFor(patient)
    await page.getByText(`Second ${word}: Somebody saved it in between; nothing was changed.`).first().waitFor(patient)
    await shot(page, 'desk-bulk')
    assert.deepEqual([(await it.call('GET', `/articles/${one.id}`)).state, (await it.call('GET', `/articles/${two.id}`)).state], ['ready', 'draft'])
    await page.getByRole('toolbar').getByRole('button', { name: 'Topic' }).click()
    await page.getByRole('textbox', { name: 'Topic' }).fill('Harbour')
    await page.keyboard.press('Enter')
    await until('the topic is on each', async () => (await Promise.all([one, two, three].map((a) => it.call('GET', `/articles/${a.id}`)))).every((a) => a.tags.includes('Harbour')))
    await page.getByText('Done for 3 stories.').waitFor(patient)
    await page.getByRole('toolbar').getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('button', { name: 'Publish now' }).click()
    await page.getByText('Done for 2 stories.').waitFor(patient)
    await page.getByText(new RegExp(`^Third ${word} without a section: .+`)).first().waitFor(patient)
    assert.deepEqual([(await it.call('GET', `/articles/${one.id}`)).state, (await it.call('GET', `/articles/${three.id}`)).state], ['published', 'ready'])
    await close()
  })

  test('a click looks, Enter opens, and the counts are those of the server', async () => {
    const words = `Buoy found off the point ${Date.now()}`
    const [one] = await drafts(words)
    const { page, watch, close } = await open('Ivo Lane')
    const edition = (await it.defaultEdition()).slug
    const counts = await it.call('GET', `/desk/counts?edition=${edition}`)
    await page.getByRole('button', { name: `Draft ${counts.draft.toLocaleString('en')}` }).waitFor(patient)
    await page.getByRole('heading', { level: 2, name: `Draft ${counts.draft.toLocaleString('en')}` }).waitFor(patient)
    await page.getByRole('link', { name: words }).click()
    const glance = page.getByRole('complementary', { name: 'The chosen story' })
    await glance.getByRole('heading', { name: words }).waitFor(patient)
    await glance.getByText('Words.').waitFor(patient)
    assert.equal((await it.call('GET', `/articles/${one.id}/lock`)).lock, undefined, 'looking takes nothing in hand')
    await shot(page, 'desk-glance')
    await page.getByRole('link', { name: words }).dblclick()
    await headline(page).waitFor(patient)
    assert.equal(await headline(page).inputValue(), words)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('words of a tab that died are told at the desk until their story is opened, and the browser is asked once to keep them', async () => {
    const { page, c } = await open('Una Holt')
    await c.addInitScript(() => { navigator.storage.persist = async () => { localStorage.setItem('asked', String(Number(localStorage.getItem('asked')) + 1)); return false } })
    await page.reload()
    const id = await fresh(page, 'Weir opens')
    const told = (p) => p.getByRole('region', { name: 'Words of 1 story are kept in this browser only' })
    await page.route('**/api/v1/articles/*', (route) => route.request().method() === 'PATCH' ? route.abort() : route.continue())
    await headline(page).fill('Weir opens at dawn')
    await page.getByText('Offline, 1 change kept here').waitFor(patient)
    const next = await c.newPage()
    const desk = async () => { await next.goto(`${it.url}/newsroom/`); await next.locator('.row').first().waitFor(patient) }
    await desk()
    assert.equal(await told(next).count(), 0, 'its tab lives')
    const dies = page.waitForEvent('crash', patient)
    void (await c.newCDPSession(page)).send('Page.crash').catch(() => undefined)
    await dies
    await desk()
    await told(next).waitFor(patient)
    await shot(next, 'desk-kept')
    await told(next).getByRole('link', { name: 'Weir opens at dawn' }).click()
    await until('the words are in the story', async () => (await it.call('GET', `/articles/${id}`)).headline === 'Weir opens at dawn')
    await saved(next)
    await desk()
    assert.equal(await told(next).count(), 0)
    assert.equal(await next.evaluate(() => localStorage.getItem('asked')), '1')
    await c.close()
  })

  test('a group that comes waits until it is asked for and moves no row, and the last filters are there when one comes back', async () => {
    const edition = (await it.defaultEdition()).slug
    const section = (await it.call('POST', '/sections', { edition, slug: `pier-${Date.now()}`, name: 'Pier' })).slug
    const story = await it.call('POST', '/articles', { edition, section, headline: 'Pier one', body_html: '<p>Words.</p>' })
    const { page, close } = await open('Abe Dunn')
    await page.goto(`${it.url}/newsroom/?section=${section}`)
    const row = page.locator('.row').filter({ hasText: 'Pier one' })
    await row.waitFor(patient)
    const before = await row.boundingBox()
    const other = await it.call('POST', '/articles', { edition, section, headline: 'Pier two', body_html: '<p>Words.</p>' })
    await it.call('PATCH', `/articles/${other.id}`, { state: 'in_review' }, { 'If-Match': '*' })
    const changed = page.getByRole('button', { name: /changed\. Show/ })
    await changed.waitFor(patient)
    await page.getByRole('button', { name: /^In review 1$/ }).waitFor(patient)
    assert.deepEqual(await row.boundingBox(), before)
    await changed.click()
    await page.getByRole('region', { name: 'In review' }).getByText('Pier two').waitFor(patient)
    await page.goto(`${it.url}/newsroom/settings`)
    await page.goto(`${it.url}/newsroom/`)
    await row.waitFor(patient)
    assert.match(page.url(), new RegExp(section))
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.waitForURL((at) => !at.search.includes('section'), patient)
    const box = page.getByRole('searchbox', { name: 'Search stories' })
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'search', undefined, patient)
    await box.fill('Pier')
    await box.press('Enter')
    await page.waitForURL(/q=Pier/, patient)
    await row.dblclick()
    await headline(page).waitFor(patient)
    await page.goBack()
    await page.waitForURL(/q=Pier/, patient)
    await row.waitFor(patient)
    assert.equal(await box.inputValue(), 'Pier')
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.waitForURL((at) => at.search === '', patient)
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'search' && document.activeElement.value === '', undefined, patient)
    assert.equal((await it.call('GET', `/articles/${story.id}`)).section, section)
    await close()
  })

  test('Ctrl+K goes to a story by the beginning of its words, to a place, and makes a story', async () => {
    await drafts('Lighthouse keeper retires')
    const { page, close } = await open('Kai Berg')
    await page.locator('.row').first().waitFor(patient)
    await page.keyboard.press('Control+k')
    const box = page.getByRole('combobox', { name: 'A headline, a place, or what you want to do' })
    await box.waitFor(patient)
    await page.keyboard.type('lightho keep')
    await page.getByRole('option', { name: /Lighthouse keeper retires/ }).first().waitFor(patient)
    await shot(page, 'desk-palette')
    await page.keyboard.press('Enter')
    await headline(page).waitFor(patient)
    assert.equal(await headline(page).inputValue(), 'Lighthouse keeper retires')
    await page.keyboard.press('Control+k')
    await box.waitFor(patient)
    await page.keyboard.type('sect')
    await page.getByRole('option', { name: /Sections/ }).waitFor(patient)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/settings\/sections/, patient)
    await page.keyboard.press('Control+k')
    await box.waitFor(patient)
    for (const place of ['Live', 'Inbox', 'Pictures', 'Fronts', 'Community']) {
      await box.fill(place)
      await page.getByRole('option', { name: place, exact: true }).waitFor(patient)
    }
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await box.waitFor(patient)
    await page.keyboard.type('new st')
    await page.getByRole('option', { name: /New story/ }).waitFor(patient)
    await page.keyboard.press('Enter')
    await headline(page).waitFor(patient)
    await page.waitForURL(/\/stories\//, patient)
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing at the desk in ${locale}`, async () => {
      await drafts('Tide table printed upside down')
      const { page, close } = await open('Axel Moor', 'editor', { locale, bypassCSP: true })
      const wrong = new Set()
      const look = looker(page, `desk-${locale}`, wrong)
      await page.locator('.row').first().waitFor(patient)
      await page.locator('.row a').first().click()
      await page.locator('.glancetext').waitFor(patient)
      await page.locator('.row input[type=checkbox]').first().check()
      await page.locator('.bulktools').waitFor(patient)
      await look('list')
      await page.keyboard.press('Control+k')
      await page.getByRole('listbox').waitFor(patient)
      await look('palette')
      await close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
