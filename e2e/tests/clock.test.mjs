// The clock of the newsroom: the edition's, wherever the browser is. And its colours, which are there with the first picture.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { comes, enter, headline, patient, saved } from '../lib/staff.mjs'

describe('clock and colours', { timeout: 240_000 }, () => {
  let it, b
  before(async () => {
    it = await house()
    b = await browser()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  test('who sits elsewhere reads and types the time of the edition', async () => {
    const a = await it.call('POST', '/articles', { edition: (await it.defaultEdition()).slug, headline: 'Far away', deadline: '2026-01-02T03:04:00Z', legal: 'check' })
    const { page, close } = await enter(b, it, 'Rin Abe', 'editor', { timezoneId: 'Asia/Tokyo', serviceWorkers: 'block' })
    await page.goto(`${it.url}/newsroom/stories/${a.id}`)
    await headline(page).press('End')
    await page.keyboard.type(' today')
    await saved(page)
    const [, said] = /(\d\d:\d\d):/.exec(await page.getByText(/^Saved \d/).innerText())
    const { updated_at: at } = await it.call('GET', `/articles/${a.id}`)
    assert.equal(said, at.slice(11, 16), 'the line of what is saved goes by another clock')
    const deadline = page.getByLabel('Deadline')
    assert.equal(await deadline.inputValue(), '2026-01-02T03:04')
    await page.getByText('Time in UTC').first().waitFor(patient)
    await deadline.fill('2026-01-02T05:06')
    await comes(page, async (id) => (await (await fetch(`/api/v1/articles/${id}`)).json()).deadline === '2026-01-02T05:06:00Z', a.id)
    await shot(page, 'clock-story')
    await page.goto(`${it.url}/newsroom/?state=draft`)
    await page.locator('.row', { has: page.locator(`a[href$="${a.id}"]`) }).getByText(/Late, was due .*05:06/).waitFor(patient)
    await close()
  })

  test('dark that was chosen is there before the application is, on a light device too', async () => {
    const { page, close } = await enter(b, it, 'Rin Abe', 'editor', { colorScheme: 'light' })
    await page.evaluate(() => localStorage.setItem('mantine-color-scheme-value', 'dark'))
    await page.route('**/api/v1/**', () => undefined) // the server takes its time: nothing is drawn yet
    await page.goto(`${it.url}/newsroom/`, { waitUntil: 'commit' })
    await page.waitForFunction(() => document.readyState !== 'loading' && document.documentElement.dataset.mantineColorScheme)
    assert.equal(await page.evaluate(() => document.documentElement.dataset.mantineColorScheme), 'dark')
    assert.equal(await page.evaluate(() => document.querySelector('script[type=module]').blocking?.contains?.('render') ?? true), true, 'the page is drawn before the script')
    await close()
  })
})
