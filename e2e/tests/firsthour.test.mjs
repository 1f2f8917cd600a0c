// The first hour of an operator who has the program, its link and the guide: from the empty folder to a story that is live.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { headline, patient, saved } from '../lib/staff.mjs'

describe('the first hour', { timeout: 480_000 }, () => {
  let it, b, page, c, watch
  before(async () => {
    it = await house('empty')
    b = await browser();
    ({ context: c, watch } = await context(b, it.url, { locale: 'en-GB' }))
    page = await c.newPage()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })
  const settings = async (place) => { await page.goto(`${it.url}/newsroom/settings/${place}`); await page.getByRole('heading', { level: 2 }).waitFor(patient) }

  test('the link leads to the newsroom: what is wrong has the focus, and a passkey is where its name is', async () => {
    let link
    while (!(link = /\S+\/newsroom\/set-up\/[\w-]+/.exec(it.log())?.[0])) await new Promise((done) => setTimeout(done, 50))
    await page.goto(link)
    const elsewhere = page.getByRole('link', { name: `localhost:${new URL(it.url).port}` })
    await elsewhere.waitFor(patient)
    assert.equal(await elsewhere.getAttribute('href'), link.replace('127.0.0.1', 'localhost'))
    await page.getByLabel('Name of the publication').fill('The Harbour Post')
    await page.getByLabel('Time zone').fill('Atlantis')
    await page.getByLabel('Your name').fill('Ana Keel')
    await page.getByLabel('E-mail').fill('ana@harbour.example')
    await page.getByLabel('Password').fill('a pilot boat at anchor')
    await page.getByRole('button', { name: 'Open the newsroom' }).click()
    await page.locator('[name=timezone][aria-invalid=true]:focus').waitFor(patient)
    await shot(page, 'firsthour-zone')
    await page.getByLabel('Time zone').fill('Europe/Madrid')
    await page.getByLabel('Password').fill('a pilot boat at anchor')
    await page.getByRole('button', { name: 'Open the newsroom' }).click()
    await page.getByRole('region', { name: 'Still to see to' }).getByRole('link', { name: 'Invite somebody' }).waitFor(patient)
    await page.setViewportSize({ width: 320, height: 800 })
    await shot(page, 'firsthour-waits', { fullPage: true })
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('the first story is live, without a word of set-up in between', async () => {
    await page.getByRole('button', { name: 'New story' }).click()
    await headline(page).waitFor(patient)
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Headline', undefined, patient)
    await page.keyboard.type('Harbour bridge shut')
    await page.keyboard.press('Enter')
    await page.keyboard.type('The bridge is shut until noon.')
    await page.locator('.body').click()
    await page.keyboard.type('Ferries go instead.')
    await saved(page)
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Publish now' }).click(patient)
    await page.getByText(/^Live \d\d:\d\d:\d\d$/).waitFor(patient)
    const front = await (await fetch(`${it.url}/`)).text()
    assert.match(front, /Harbour bridge shut/)
  })

  test('a section has an address from its name, is added under the hands, and says when it is saved', async () => {
    await settings('sections')
    const form = page.locator('form').last()
    await form.getByLabel('Name').fill('Málaga & Sea')
    assert.equal(await form.getByLabel('Address').inputValue(), 'malaga-sea')
    await page.getByRole('button', { name: 'Add a section' }).click()
    await page.locator('form').nth(2).getByLabel('Name').and(page.locator(':focus')).waitFor(patient)
    assert.equal(await page.locator('form').last().getByLabel('Address').inputValue(), '')
    const made = page.locator('form').nth(1)
    await made.getByLabel('Description').fill('What comes over the water.')
    await made.getByRole('button', { name: 'Save', exact: true }).click()
    await made.getByText('Saved').waitFor(patient)
    assert.match(await (await fetch(`${it.url}/malaga-sea`)).text(), /What comes over the water\./)
  })

  test('a standing page begins with its name and asks for no section; readers find it in the footer', async () => {
    await settings('pages')
    await page.getByRole('button', { name: 'About us' }).click(patient)
    await headline(page).waitFor(patient)
    assert.equal(await headline(page).inputValue(), 'About us')
    await page.getByLabel('Genre').waitFor(patient)
    assert.equal(await page.getByText('A story needs a section before it is published').count(), 0)
    await page.locator('.body').click()
    await page.keyboard.type('We are the Harbour Post.')
    await saved(page)
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Publish now' }).click(patient)
    await page.getByText(/^Live \d\d:\d\d:\d\d$/).waitFor(patient)
    assert.match(await (await fetch(`${it.url}/`)).text(), /href="[^"]*\/page\/about"/)
    assert.deepEqual((await seen(page)).policy, [])
    assert.deepEqual(watch.faults, [])
  })
})
