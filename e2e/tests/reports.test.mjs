// A reader says what is wrong in a story, without scripts; the desk hears of it and deals with it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker } from '../lib/staff.mjs'

describe('reports of readers', { timeout: 300_000 }, () => {
  let it, b, story
  before(async () => {
    it = await house()
    b = await browser()
    story = await it.publish({ headline: `Fares rise ${Date.now()}` })
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const tell = async (words) => {
    const { context: c, watch } = await context(b, it.url, { javaScriptEnabled: false })
    const page = await c.newPage()
    await page.goto(story.url)
    await page.getByRole('link', { name: 'Report an error' }).click()
    await page.getByLabel('What is wrong?').fill(words)
    await page.getByRole('button', { name: 'Send to the desk' }).click()
    await page.getByText('The desk has your message.').waitFor()
    assert.deepEqual(await c.cookies(), [], 'a cookie was set')
    assert.deepEqual(watch.faults, [])
    await c.close()
  }

  test('it arrives at the desk while the list is open, and is resolved', async () => {
    const { page, watch, close } = await enter(b, it, 'Rita Desk')
    await page.locator('.row').first().waitFor({ timeout: 45_000 })
    await tell('The fare is 12.40,\nnot 14.20.')
    const row = page.locator('.row', { hasText: story.headline })
    await row.getByRole('link', { name: '1 report' }).click()
    await page.getByText('The fare is 12.40,').waitFor({ timeout: 45_000 })
    await shot(page, 'reports')
    await page.getByRole('button', { name: 'Resolve', exact: true }).click()
    await page.getByText('No reader has reported an error.').waitFor({ timeout: 45_000 })
    await page.getByRole('button', { name: 'Resolved' }).click()
    await page.getByText(/^Resolved by Rita Desk/).waitFor({ timeout: 45_000 })
    const { items } = await it.call('GET', `/reports?article=${story.id}`)
    assert.deepEqual(items.map((r) => r.state), ['resolved'])
    assert.deepEqual(watch.faults, [])
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing on the reports in ${locale}`, async () => {
      await tell('<b>Another one</b>, with a very-long-word-that-does-not-break-by-itself-and-goes-on-and-on.')
      const { page, close } = await enter(b, it, 'Eva Desk', undefined, { locale, bypassCSP: true })
      await page.goto(`${it.url}/newsroom/reports`)
      await page.locator('.report').first().waitFor({ timeout: 45_000 })
      const wrong = new Set()
      await looker(page, `reports-${locale}`, wrong)('list')
      await page.goto(`${it.url}/report/${story.id}`)
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        for (const line of await violations(page)) wrong.add(`form, ${width}: ${line}`)
        await shot(page, `report-form-${width}`)
      }
      await close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
