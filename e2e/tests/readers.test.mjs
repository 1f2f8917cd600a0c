// Readers come in by mail and keep their account, without scripts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot, violations } from '../lib/browser.mjs'
import { catalogues, house } from '../lib/house.mjs'
import { mailbox } from '../lib/mail.mjs'
import { device } from '../lib/staff.mjs'

describe('accounts of readers', { timeout: 600_000 }, () => {
  let it, b, mail, words, editions, people = 0
  before(async () => {
    mail = await mailbox()
    it = await house('demo', ['--smtp', mail.url])
    b = await browser()
    words = await catalogues()
    editions = await it.editions()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
    await mail?.stop()
  })

  const address = (name) => `${name}.${people++}@reader.example`
  const root = (language) => {
    const e = editions.find((one) => one.language === language)
    return e.default ? it.url : `${it.url}/${e.slug}`
  }
  const say = (language) => (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace(`{${k}}`, v), words[language].words[key])

  /** Asks for a letter. The form takes nothing within its first second, which nobody meets who types; a program presses until it does. */
  const ask = async (page, w, email) => {
    await page.getByLabel(w('newsroom.email')).first().fill(email)
    const again = page.getByText(w('fault.again')), sent = page.getByText(w('sign_in.sent.text', { email }))
    do {
      await page.getByRole('button', { name: w('sign_in.send') }).click()
      await sent.or(again).waitFor()
    } while (await again.isVisible())
  }

  for (const language of ['en', 'ar']) {
    test(`without scripts somebody registers by the link, comes back, and signs out, in ${language}`, async () => {
      const w = say(language), home = root(language), email = address('ana')
      const { context: c, watch } = await context(b, it.url, { javaScriptEnabled: false, locale: language })
      const page = await c.newPage()
      const story = (await it.articles({ edition: editions.find((e) => e.language === language).slug, state: 'published', limit: '1' }))[0]
      const back = new URL(story.url).pathname
      await page.goto(`${home}/account/sign-in?back=${encodeURIComponent(back)}`)
      await ask(page, w, email)
      assert.deepEqual(await c.cookies(), [], 'a stranger got a cookie')
      await shot(page, `readers-sent-${language}`)
      const letter = await mail.letter(email)
      assert.equal(new URL(letter.link).origin, it.url)
      assert.ok(letter.subject.length > 0 && letter.html.includes(`lang="${language}"`))
      await page.goto(letter.link)
      await page.getByLabel(w('newsroom.name')).fill('Ana Lectora')
      await shot(page, `readers-name-${language}`)
      await page.getByRole('button', { name: w('sign_in.make') }).click()
      assert.equal(new URL(page.url()).pathname, back)
      await page.goto(`${home}/account`)
      await page.getByText(w('account.as', { name: 'Ana Lectora', email })).waitFor()
      await page.getByLabel(w('newsroom.name')).fill('Ana Vey')
      await page.getByRole('button', { name: w('account.save') }).first().click() // of the name; another is of the letters
      await page.getByText(w('account.saved.name')).waitFor()
      await page.getByRole('button', { name: w('newsroom.sign_out'), exact: true }).last().click()
      assert.deepEqual(await c.cookies(), [])
      await page.goto(letter.link)
      await page.getByRole('heading', { name: w('sign_in.spent') }).waitFor()
      assert.deepEqual(watch.faults, [])
      await c.close()
    })
  }

  for (const language of ['en', 'ar']) {
    test(`a passkey is made on a device, signs in where one was, and is removed, in ${language}`, async () => {
      const w = say(language), local = root(language).replace('127.0.0.1', 'localhost'), email = address('key') // passkeys are bound to names
      const { context: c, watch } = await context(b, new URL(local).origin, { locale: language, viewport: { width: 320, height: 700 } })
      const page = await c.newPage()
      await page.goto(`${root(language)}/account/sign-in`)
      assert.equal(await page.locator('[data-passkey]').count(), 0, 'one is offered at a number')
      watch.faults.length = 0
      await page.goto(`${local}/account/sign-in`)
      await ask(page, w, email)
      await page.goto((await mail.letter(email)).link.replace('127.0.0.1', 'localhost'))
      await page.getByLabel(w('newsroom.name')).fill('Kim Key')
      await page.getByRole('button', { name: w('sign_in.make') }).click()
      const phone = await device(page)
      await page.getByRole('button', { name: w('account.passkey.add') }).click()
      await page.getByText(w('account.saved.passkey')).waitFor()
      await shot(page, `readers-passkey-${language}`, { fullPage: true })
      await page.getByRole('button', { name: w('newsroom.sign_out'), exact: true }).last().click()
      await page.goto(`${local}/account/sign-in?back=${encodeURIComponent('/newsfeed')}`)
      const button = page.getByRole('button', { name: w('newsroom.passkey') })
      await button.waitFor()
      await shot(page, `readers-passkey-in-${language}`)
      await phone.verified(false) // somebody else holds the device
      await button.click()
      await page.getByText(w('account.passkey.failed')).waitFor()
      await phone.verified(true)
      await Promise.all([page.waitForURL('**/newsfeed'), button.click()])
      await page.goto(`${local}/account`)
      await page.getByText(w('account.as', { name: 'Kim Key', email })).waitFor()
      await page.getByRole('button', { name: new RegExp(`^${w('account.passkey.remove.label', { name: '' })}`) }).click()
      await page.getByText(w('account.saved.passkey')).waitFor()
      assert.equal(await page.getByRole('heading', { name: w('account.passkeys') }).count(), 0, 'it is gone, though there is no password: a letter opens too')
      assert.deepEqual(watch.faults, [])
      await c.close()
    })
  }

  test('without scripts the code opens on the page that asked, and a password the next time', async () => {
    const w = say('en'), email = address('bo')
    const { context: c, watch } = await context(b, it.url, { javaScriptEnabled: false })
    const page = await c.newPage()
    await page.goto(`${it.url}/account`)
    await ask(page, w, email)
    const letter = await mail.letter(email)
    await page.getByLabel(w('newsroom.code')).fill(letter.code === '123456' ? '654321' : '123456')
    await page.getByRole('button', { name: w('sign_in.button') }).click()
    await page.getByText(w('fault.code')).waitFor()
    await page.getByLabel(w('newsroom.code')).fill(letter.code)
    await page.getByRole('button', { name: w('sign_in.button') }).click()
    await page.getByLabel(w('newsroom.name')).fill('Bo')
    await page.getByRole('button', { name: w('sign_in.make') }).click()
    await page.getByText(w('account.as', { name: 'Bo', email })).waitFor()
    await page.getByText(w('account.password.set')).click()
    await page.getByLabel(w('newsroom.password.new')).fill('a long password')
    await page.getByRole('button', { name: w('newsroom.password.save') }).click()
    await page.getByText(w('account.saved.password')).waitFor()
    const second = await (await context(b, it.url, { javaScriptEnabled: false })).context.newPage()
    await second.goto(`${it.url}/account/sign-in`)
    await second.getByText(w('sign_in.password')).click()
    await second.getByLabel(w('newsroom.email')).last().fill(email)
    await second.getByLabel(w('newsroom.password'), { exact: true }).fill('not the password')
    await second.getByRole('button', { name: w('sign_in.button') }).click()
    await second.getByText(w('fault.sign_in_wrong')).waitFor()
    await second.getByLabel(w('newsroom.password'), { exact: true }).fill('a long password')
    await second.getByRole('button', { name: w('sign_in.button') }).click()
    await second.getByText(w('account.as', { name: 'Bo', email })).waitFor()
    await page.reload()
    await page.getByRole('button', { name: /^Sign out: / }).click()
    await page.getByText(w('account.saved.sessions')).waitFor()
    await second.reload()
    await second.getByRole('heading', { name: w('sign_in.title') }).waitFor()
    await second.context().close()
    assert.deepEqual(watch.faults, [])
    await c.close()
  })

  for (const language of ['en', 'ar']) {
    test(`axe finds nothing on the pages of accounts in ${language}`, async () => {
      const w = say(language), home = root(language), email = address('cy'), wrong = new Set()
      const { context: c } = await context(b, it.url, { bypassCSP: true, locale: language })
      const page = await c.newPage()
      const look = async (view) => {
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await page.setViewportSize({ width, height: 800 })
            for (const line of await violations(page, colorScheme === 'dark' || width !== 320)) wrong.add(`${view}, ${colorScheme}, ${width}: ${line}`)
            if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wrong.add(`${view}, ${width}: scrolled sideways`)
            await shot(page, `readers-${view}-${language}-${colorScheme}-${width}`, { fullPage: true })
          }
        }
      }
      await page.goto(`${home}/account/sign-in`)
      await look('sign-in')
      await page.getByText(w('sign_in.password')).click()
      await page.getByLabel(w('newsroom.email')).last().fill(email)
      await page.getByLabel(w('newsroom.password'), { exact: true }).fill('not the password')
      await page.getByRole('button', { name: w('sign_in.button') }).click()
      await look('refused')
      await page.goto(`${home}/account/sign-in`)
      await ask(page, w, email)
      await look('sent')
      const letter = await mail.letter(email)
      await page.goto(letter.link)
      await look('name')
      await page.getByLabel(w('newsroom.name')).fill('Cy')
      await page.getByRole('button', { name: w('sign_in.make') }).click()
      await page.getByText(w('account.as', { name: 'Cy', email })).waitFor()
      for (const folded of await page.locator('details').all()) await folded.locator('summary').click()
      await look('account')
      await page.goto(letter.link)
      await look('spent')
      await page.setContent(letter.html)
      await shot(page, `readers-letter-${language}`)
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
