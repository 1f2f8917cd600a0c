// Readers come in by an account that they have elsewhere, without scripts and with them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { provider } from '../lib/provider.mjs'

describe('accounts elsewhere', { timeout: 240_000 }, () => {
  let it, b, university
  before(async () => {
    university = await provider('Harbour University')
    it = await house('serve', ['--oidc', university.flag, '--allow-private', '127.0.0.1'])
    b = await browser()
    await it.call('POST', '/editions', { slug: 'en', name: 'The Typist', language: 'en', timezone: 'UTC' })
    await it.call('POST', '/editions', { slug: 'ar', name: 'الكاتب', language: 'ar', timezone: 'UTC' })
  })
  after(async () => {
    await b?.close()
    await it?.stop()
    await university?.stop()
  })

  for (const javaScriptEnabled of [true, false]) {
    test(`somebody new says his name and is back where he was${javaScriptEnabled ? '' : ', without scripts'}`, async () => {
      university.who.email = `mara.${javaScriptEnabled}@uni.example`
      const { context: c, watch } = await context(b, it.url, { javaScriptEnabled })
      const page = await c.newPage()
      await page.goto(`${it.url}/account/sign-in?back=%2Fsubscribe`)
      assert.deepEqual(await c.cookies(), [], 'a stranger got a cookie')
      await page.getByRole('link', { name: 'Continue with Harbour University' }).click()
      await page.getByRole('link', { name: 'Agree' }).click()
      const name = page.getByRole('textbox')
      assert.equal(await name.inputValue(), 'Mara Lind')
      await name.fill('Mara L.')
      await shot(page, `provider-new-${javaScriptEnabled}`)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.waitForURL(`${it.url}/subscribe`)
      await page.goto(`${it.url}/account`)
      await page.getByText(`You are signed in as Mara L., ${university.who.email}.`).waitFor()
      assert.deepEqual((await c.cookies()).map((k) => k.name), ['dateline_session', 'dateline_known'])
      if (javaScriptEnabled) assert.deepEqual((await seen(page)).policy, [])
      await c.close()
      assert.deepEqual(watch.faults.filter((line) => !line.startsWith(`request to ${university.url}/`)), [])
    })
  }

  test('who refuses there is told so here, and the ways in look as they should in both directions', async () => {
    const { context: c } = await context(b, it.url, { bypassCSP: true })
    const page = await c.newPage()
    await page.goto(`${it.url}/account/sign-in`)
    await page.getByRole('link', { name: 'Continue with Harbour University' }).click()
    await page.getByRole('link', { name: 'Refuse' }).click()
    await page.getByRole('alert').getByText('That provider did not let you in.').waitFor()
    const wrong = []
    for (const at of ['', '/ar']) {
      await page.goto(`${it.url}${at}/account/sign-in`)
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 700 })
          wrong.push(...await violations(page, true))
          if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wrong.push(`${at} ${width}: scrolled sideways`)
          await shot(page, `provider-${at.slice(1) || 'en'}-${colorScheme}-${width}`)
        }
      }
    }
    assert.deepEqual(wrong, [])
    await c.close()
  })
})
