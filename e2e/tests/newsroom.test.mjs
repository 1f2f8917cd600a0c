// The newsroom's application in a real browser: from the link to the readers, and what becomes of words when everything goes wrong.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, headline, looker, patient, saved } from '../lib/staff.mjs'

const unique = (words) => `${words} ${Date.now()}`

describe('the newsroom', { timeout: 480_000 }, () => {
  let it, b, edition
  before(async () => {
    it = await house()
    b = await browser()
    edition = await it.defaultEdition()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const text = (page) => page.getByRole('textbox', { name: 'Text of the story' })
  const fresh = async (page) => {
    await page.getByRole('button', { name: 'New story' }).click()
    await headline(page).waitFor(patient)
    return page.url().split('/').at(-1)
  }
  const story = (id) => it.call('GET', `/articles/${id}`)

  test('a story goes from the headline to the readers without a manual', async () => {
    const { page, watch, close } = await enter(b, it, 'Ana Brandt')
    const id = await fresh(page)
    await page.waitForFunction(() => document.activeElement?.classList.contains('headline'), undefined, patient)
    const words = unique('Harbour pilots accept new rota')
    await page.keyboard.type(words)
    await page.keyboard.press('Enter')
    await page.keyboard.type('The rota begins on Monday.')
    await text(page).click()
    await page.keyboard.type('Pilots voted at noon.')
    await page.getByLabel('Section', { exact: true }).first().click()
    await page.locator('[data-combobox-option]:visible').first().click()
    await saved(page)
    const kept = await story(id)
    assert.equal(kept.headline, words)
    assert.equal(kept.lead, 'The rota begins on Monday.')
    assert.equal(kept.body.content[0].content[0].text, 'Pilots voted at noon.')
    await shot(page, 'newsroom-story')
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    const sections = await it.call('GET', `/sections?edition=${edition.slug}`)
    await page.getByText(`Publishes now to ${edition.name}, ${sections.items.find((s) => s.slug === kept.section).name}.`).waitFor()
    const sheet = page.getByRole('dialog', { name: 'Publish', exact: true })
    await sheet.getByLabel('Discussion', { exact: true }).selectOption('Closed')
    await shot(page, 'newsroom-publish')
    await page.getByRole('button', { name: 'Publish now' }).click()
    await page.getByText(/^Live \d\d:\d\d:\d\d$/).waitFor(patient)
    await shot(page, 'newsroom-live')
    const { url, discussion } = await story(id)
    assert.equal(discussion, 'closed', 'what is chosen in the sheet goes out with the story')
    assert.equal(await page.getByRole('link', { name: url }).getAttribute('href'), url)
    assert.match(await (await fetch(url)).text(), /Pilots voted at noon\./)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('without a network the words are kept, counted and sent when it is back; a page that died gives them to the next', async () => {
    const { page, c } = await enter(b, it, 'Ben Okoro')
    const id = await fresh(page)
    await headline(page).fill('Tide gauge fails')
    await saved(page)
    await c.setOffline(true)
    await headline(page).fill('Tide gauge fails again')
    await page.getByText('Offline, 1 change kept here').waitFor(patient)
    await c.setOffline(false)
    await saved(page)
    assert.equal((await story(id)).headline, 'Tide gauge fails again')
    const network = await c.newCDPSession(page) // of this page alone: the next one has its own
    await network.send('Network.emulateNetworkConditions', { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
    await headline(page).fill('Tide gauge fails a third time')
    await page.getByText('Offline, 1 change kept here').waitFor(patient)
    // It dies as one does that runs out of memory: a page that is closed has last words, and a network that is only played to be gone is back before it ends.
    const dead = page.waitForEvent('crash', patient)
    await page.goto('chrome://crash').catch(() => undefined)
    await dead
    const next = await c.newPage()
    await next.goto(`${it.url}/newsroom/stories/${id}`)
    await next.getByText(/had not been sent are back in the story/).waitFor(patient)
    await saved(next)
    assert.equal((await story(id)).headline, 'Tide gauge fails a third time')
    await next.close() // the browser ends what is dead
  })

  test('two in one story: one writes, the other sees who, takes over, and no word of either is lost', async () => {
    const ana = await enter(b, it, 'Ana Sol')
    const ben = await enter(b, it, 'Ben Ray')
    const id = await fresh(ana.page)
    await headline(ana.page).fill('Ferry delayed')
    await saved(ana.page)
    await ben.page.goto(`${it.url}/newsroom/stories/${id}`)
    await ben.page.getByText(/^Ana Sol is editing since/).waitFor(patient)
    assert.equal(await headline(ben.page).getAttribute('readonly'), '')
    await shot(ben.page, 'newsroom-other')
    await ana.c.setOffline(true) // what she types now nobody else has
    await headline(ana.page).fill('Ferry delayed by ice')
    await ben.page.getByRole('button', { name: 'Take over' }).click()
    await ben.page.waitForFunction(() => !document.querySelector('.headline').readOnly, undefined, patient)
    await headline(ben.page).fill('Ferry cancelled')
    await saved(ben.page)
    await ana.c.setOffline(false)
    await ana.page.getByText(/^Ben Ray took over at/).waitFor(patient)
    await text(ana.page).click()
    await ana.page.keyboard.type('She writes on.')
    const branch = async () => {
      const { items } = await it.call('GET', `/articles/${id}/branches`)
      return items.length > 0 ? (await it.call('GET', `/articles/${id}/branches/${items[0].id}`)).article : undefined
    }
    for (const end = Date.now() + 45_000; !JSON.stringify((await branch())?.body ?? '').includes('She writes on.');) {
      assert.ok(Date.now() < end, 'what she wrote on is in no branch')
      await ana.page.waitForTimeout(100)
    }
    await ana.page.getByText('Kept as your branch', { exact: true }).waitFor(patient)
    assert.equal((await branch()).headline, 'Ferry delayed by ice')
    assert.equal((await story(id)).headline, 'Ferry cancelled')
    await ben.page.getByRole('button', { name: 'Versions' }).click()
    await ben.page.getByRole('button', { name: /^Ana Sol, \d\d:\d\d/ }).first().waitFor(patient)
    await shot(ben.page, 'newsroom-branch')
    await ben.page.getByRole('button', { name: /^Ana Sol, \d\d:\d\d/ }).first().click()
    const take = ben.page.getByRole('button', { name: 'Take this paragraph' })
    await take.waitFor(patient)
    await ben.c.setOffline(true) // what he typed and nobody has yet stays when he takes hers
    await text(ben.page).click()
    await ben.page.keyboard.type('Ben says when.')
    await take.click()
    await text(ben.page).getByText('She writes on.').waitFor(patient)
    await ben.c.setOffline(false)
    await saved(ben.page)
    for (const said of ['Ben says when.', 'She writes on.']) assert.ok(JSON.stringify((await story(id)).body).includes(said), said)
    await ana.close()
    await ben.close()
  })

  test('a save by another of the same words is shown as a choice, not as an error', async () => {
    const { page, close } = await enter(b, it, 'Cora Lind')
    const id = await fresh(page)
    await headline(page).fill('Lock gate opens')
    await saved(page)
    await it.call('PATCH', `/articles/${id}`, { headline: 'Lock gate stays shut' }, { 'If-Match': '*' })
    await page.waitForFunction(() => document.querySelector('.headline').value === 'Lock gate stays shut', undefined, patient)
    await it.call('PATCH', `/articles/${id}`, { lead: 'It is rust, the keeper said.' }, { 'If-Match': '*' })
    await page.evaluate(() => undefined)
    await headline(page).fill('Lock gate opens after all')
    await saved(page)
    const now = await story(id)
    assert.equal(now.headline, 'Lock gate opens after all')
    assert.equal(now.lead, 'It is rust, the keeper said.', 'the other\'s words are still there')
    await it.call('PATCH', `/articles/${id}`, { body: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Written elsewhere.' }] }] } }, { 'If-Match': '*' })
    await text(page).getByText('Written elsewhere.').click()
    await page.keyboard.press('End')
    await page.keyboard.type(' And here.')
    await saved(page)
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z')
    await text(page).getByText('Written elsewhere.', { exact: true }).waitFor(patient) // undo is for one's own words
    await saved(page)
    assert.ok(JSON.stringify((await story(id)).body).includes('Written elsewhere.'))
    await close()
  })

  test('a field that the server does not take says why, and all else of the story is saved', async () => {
    const { page, close } = await enter(b, it, 'Ines Holt')
    const id = await fresh(page)
    await headline(page).fill('Quay wall leans. '.repeat(70))
    await page.getByText(/^Headline: ./).waitFor(patient)
    await page.getByLabel('Lead', { exact: true }).first().fill('It leans since noon.')
    await page.getByText(/^Saved \d\d:\d\d:\d\d, but not: Headline/).waitFor(patient)
    for (const end = Date.now() + patient.timeout; (await story(id)).lead !== 'It leans since noon.';) assert.ok(Date.now() < end, 'the lead is not saved')
    await shot(page, 'newsroom-not-taken')
    assert.match(await headline(page).inputValue(), /^Quay wall leans/)
    await page.getByRole('button', { name: 'Put back what it was' }).click()
    await saved(page)
    assert.equal(await headline(page).inputValue(), '')
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing in the application in ${locale}`, async () => {
      const { context: c } = await context(b, it.url, { locale, bypassCSP: true })
      const page = await c.newPage()
      await page.goto(await it.person('Eva Lund'))
      await page.getByRole('button').first().click()
      await page.locator('.row').first().waitFor(patient)
      const wrong = new Set()
      const look = looker(page, `newsroom-${locale}`, wrong)
      await look('desk')
      await page.locator('.row:has(.dot.published) a').first().press('Enter')
      await page.locator('.body').waitFor(patient)
      await look('story')
      await page.locator('.strip button').last().click()
      await page.locator('.sentence').waitFor(patient)
      await look('publish')
      const stopped = await it.call('POST', '/articles', { edition: (await it.defaultEdition()).slug, headline: 'A pier “without an end', legal: 'check' })
      await page.goto(`${it.url}/newsroom/stories/${stopped.id}`)
      await page.locator('.strip button').last().click()
      await page.locator('.publish .mantine-Alert-root').nth(2).waitFor(patient)
      await look('stopped')
      await page.goto(`${it.url}/newsroom/settings/sections`)
      await page.locator('.section').first().waitFor(patient)
      await look('settings')
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }

  for (const [name, options] of [['phone', { viewport: { width: 320, height: 640 } }], ['dark', { colorScheme: 'dark' }], ['rtl', { locale: 'ar' }], ['tablet', { viewport: { width: 768, height: 1024 } }]]) {
    test(`the desk and a story hold on ${name}`, async () => {
      const link = await it.person('Dora Vey')
      const { context: c } = await context(b, it.url, { locale: 'en-GB', ...options })
      const page = await c.newPage()
      await page.goto(link)
      await page.getByRole('button').first().click()
      await page.locator('.row').first().waitFor(patient)
      const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.ok(await wide() <= 0, 'the desk is scrolled sideways')
      assert.equal(await page.evaluate(() => document.documentElement.dir), name === 'rtl' ? 'rtl' : 'ltr')
      await shot(page, `newsroom-desk-${name}`)
      await page.locator('.row a').first().press('Enter')
      await page.locator('.line.headline').waitFor(patient)
      await page.locator('.standing').waitFor()
      assert.ok(await wide() <= 0, 'the story is scrolled sideways')
      await shot(page, `newsroom-story-${name}`)
      assert.deepEqual((await seen(page)).policy, [])
      await c.close()
    })
  }
})
