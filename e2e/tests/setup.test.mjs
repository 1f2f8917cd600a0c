// The first page of a new site: its owner comes in with a passkey of a virtual authenticator, by keyboard.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { device, patient } from '../lib/staff.mjs'

describe('the set-up', { timeout: 300_000 }, () => {
  let it, b, link
  before(async () => {
    it = await house('empty')
    b = await browser()
    for (link = null; !link; await new Promise((done) => setTimeout(done, 50))) link = /\S+\/newsroom\/set-up\/[\w-]+/.exec(it.log())
    link = link[0].replace('127.0.0.1', 'localhost') // passkeys are bound to names
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  test('axe finds nothing, and nothing is cut off on a phone', async () => {
    for (const locale of ['en-GB', 'ar']) {
      const { context: c } = await context(b, new URL(link).origin, { locale, bypassCSP: true })
      const page = await c.newPage()
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        await page.goto(link)
        await page.locator('[data-passkey] button').waitFor()
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 900 })
          assert.deepEqual(await violations(page), [], `${locale}, ${colorScheme}, ${width}`)
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${locale} is wider than ${width}`)
          await shot(page, `setup-${locale}-${colorScheme}-${width}`, { fullPage: true })
        }
      }
      await c.close()
    }
  })

  test('where there are no passkeys the password is all that is asked for', async () => {
    const { context: c } = await context(b, it.url, { locale: 'en-GB' })
    const page = await c.newPage()
    await page.goto(link.replace('localhost', '127.0.0.1'))
    await page.getByLabel('Password').waitFor()
    assert.equal(await page.locator('[data-passkey]').isVisible(), false)
    await c.close()
  })

  test('a script that is there before its page offers the passkey all the same', async () => {
    const { context: c, watch } = await context(b, new URL(link).origin, { locale: 'en-GB' })
    const script = await (await fetch(`${it.url}/newsroom/passkey.js`)).text()
    await c.route('**/passkey.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
    await c.addInitScript({ content: `{${script}}` }) // runs before anything of the page is read
    const page = await c.newPage()
    await page.goto(link)
    await page.locator('[data-passkey] button').waitFor(patient)
    assert.deepEqual(watch.faults, [])
    await c.close()
  })

  test('a passkey stands in for the password, and nothing is made before a device made one', async () => {
    const { context: c, watch } = await context(b, new URL(link).origin, { locale: 'en-GB' })
    const page = await c.newPage()
    const phone = await device(page)
    await page.goto(link)
    const focused = (name) => page.waitForFunction((n) => document.activeElement?.name === n || document.activeElement?.textContent === n, name, patient)
    await focused('publication')
    await page.keyboard.type('The Orlan Dispatch')
    for (const [field, text] of [['language'], ['timezone'], ['name', 'Ana Keel'], ['email', 'nobody@localhost.']]) {
      await page.keyboard.press('Tab')
      await focused(field)
      if (text) await page.keyboard.type(text)
    }
    const choose = async () => {
      const button = page.getByRole('button', { name: 'Open it with a passkey' })
      await button.focus()
      await page.keyboard.press('Enter')
    }
    await page.locator('[name=email]').fill('ana@dispatch')
    await choose() // the browser lets this address pass, the server does not
    await page.locator('[name=email][aria-invalid=true]').waitFor(patient)
    await shot(page, 'setup-wrong', { fullPage: true })
    assert.equal(await page.locator('[name=publication]').inputValue(), 'The Orlan Dispatch')
    await page.locator('[name=email]').fill('')
    await choose()
    await focused('email') // which the browser says is missing
    await page.keyboard.type('ana@dispatch.example')

    await phone.verified(false) // somebody else holds the device
    await choose()
    await page.getByText('No passkey was made. Try again, or choose a password.').waitFor(patient)
    await focused('Open it with a passkey')
    await shot(page, 'setup-none', { fullPage: true })
    assert.equal((await fetch(link)).status, 200, 'the link is used up')
    assert.equal(await page.evaluate(async () => (await fetch('/api/v1/me')).status), 401)

    await phone.verified(true)
    const sent = page.waitForRequest((r) => r.method() === 'POST' && new URL(r.url()).pathname === new URL(link).pathname)
    await page.keyboard.press('Enter')
    const form = (await sent).postData()
    await page.getByRole('navigation').first().waitFor(patient)
    const me = await page.evaluate(async () => (await fetch('/api/v1/me')).json())
    assert.equal(me.email, 'ana@dispatch.example')
    const factors = await page.evaluate(async () => (await fetch('/api/v1/me/factors')).json())
    assert.deepEqual(factors.passkeys.map((k) => k.name), ['First passkey'])
    const again = await fetch(link, { method: 'POST', body: form, redirect: 'manual', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
    assert.equal(again.status, 410, 'the same answer once more')

    await page.getByRole('button', { name: /language, colours, sign out$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('navigation').first().waitFor(patient)
    assert.deepEqual((await seen(page)).policy, [])
    assert.deepEqual(watch.faults, [])
    await c.close()
  })
})
