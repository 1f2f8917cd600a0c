// The set-up of an edition in a real browser: navigation by keys, standing pages, a sponsor and a link for gifts, as readers then see them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, patient } from '../lib/staff.mjs'


describe('settings of an edition', { timeout: 480_000 }, () => {
  let it, b, edition, home
  before(async () => {
    it = await house()
    b = await browser()
    edition = await it.defaultEdition()
    home = edition.url
  })
  after(async () => {
    if (edition) await it.call('PATCH', `/editions/${edition.slug}`, { navigation: edition.navigation, footer: edition.footer, sponsors: [], donations: [] })
    await b?.close()
    await it?.stop()
  })

  const open = async (name, place, options) => {
    const one = await enter(b, it, name, 'admin', options)
    await one.page.goto(`${it.url}/newsroom/settings/${place}`)
    await one.page.locator('.settings h2').waitFor(patient)
    return one
  }

  test('links of the navigation are added and put in order by keys, and readers get them so', async () => {
    const { page, watch, close } = await open('Nora Lunt', 'navigation')
    const form = page.locator('form').first()
    for (const name of (await it.sections(edition.slug)).slice(0, 2).map((s) => s.name)) {
      await form.getByRole('button', { name: 'Add a link' }).click()
      await page.getByRole('menuitem', { name, exact: true }).click()
    }
    await form.getByRole('button', { name: 'Add a link' }).click()
    await page.getByRole('menuitem', { name: 'Another address' }).click()
    await page.keyboard.type('Tide tables')
    await form.getByRole('textbox', { name: 'Address' }).last().fill('https://tides.example/')
    await form.getByRole('button', { name: /^Move Tide tables/ }).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await page.getByText(/^Tide tables is now 1 of/).waitFor(patient)
    await shot(page, 'settings-navigation')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText('Saved').waitFor(patient)
    const { navigation } = await it.call('GET', `/editions/${edition.slug}`)
    assert.equal(navigation[0].name, 'Tide tables')
    const html = await (await fetch(home)).text()
    assert.ok(html.indexOf('https://tides.example/') > 0 && html.indexOf('https://tides.example/') < html.indexOf(`href="${navigation[1].url}">`), 'readers do not get the order')
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a sponsor stands under its word, with a link for gifts, and is taken away again', async () => {
    const { page, watch, close } = await open('Otto Brun', 'support')
    const form = page.locator('form').first()
    await form.getByLabel('What it is called').selectOption('advertisement')
    await form.getByLabel('One sentence, which is the link').fill('Sail with the Orlan Line')
    await form.getByLabel('Where it leads').fill('javascript:alert(1)')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.locator('[aria-invalid=true]').waitFor(patient)
    await form.getByLabel('Where it leads').fill('https://line.example/')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText('Saved').waitFor(patient)
    const gifts = page.locator('form').last()
    await gifts.getByLabel('Words of the link').fill('Keep us afloat')
    await gifts.getByLabel('Where it leads').fill('/page/about')
    await gifts.getByRole('button', { name: 'Save' }).click()
    await gifts.getByText('Saved').waitFor(patient)
    await shot(page, 'settings-support')
    const { context: c, watch: reader } = await context(b, it.url)
    const front = await c.newPage()
    await front.goto(home)
    const place = front.locator('.sponsor')
    assert.match(await place.innerText(), /Advertisement\s+Sail with the Orlan Line/i)
    await place.scrollIntoViewIfNeeded()
    await shot(front, 'front-sponsor')
    assert.deepEqual(reader.faults, [], 'the sponsor asks for something elsewhere')
    await c.close()
    await form.getByRole('button', { name: 'Take it away' }).click()
    await form.getByRole('button', { name: 'Take it away' }).waitFor({ state: 'detached', ...patient })
    assert.doesNotMatch(await (await fetch(home)).text(), /Orlan Line/)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a standing page is begun from the list and is one in the editor', async () => {
    const { page, close } = await open('Paul Renn', 'pages')
    await page.getByRole('button', { name: 'Another page' }).click()
    await page.getByRole('textbox', { name: 'Headline', exact: true }).waitFor(patient)
    const id = page.url().split('/').at(-1)
    assert.equal((await it.call('GET', `/articles/${id}`)).kind, 'page')
    await it.call('DELETE', `/articles/${id}`, undefined, { 'If-Match': '*' })
    await close()
  })

  test('an administrator sees what a new publication should see to, until told no more', async () => {
    const { page, c } = await open('Vera Olm', 'editions', { bypassCSP: true })
    await page.goto(`${it.url}/newsroom/`)
    const errands = page.getByRole('region', { name: 'Still to see to' })
    await errands.getByText('Mail.', { exact: true }).waitFor(patient)
    await shot(page, 'errands')
    assert.deepEqual(await violations(page), [])
    await errands.getByRole('button', { name: 'Do not tell me again' }).click()
    await errands.waitFor({ state: 'detached', ...patient })
    await page.reload()
    await page.locator('.row').first().waitFor(patient)
    assert.equal(await errands.count(), 0)
    await c.close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing in the settings of an edition in ${locale}`, async () => {
      const { page, c } = await open('Rita Solm', 'editions', { locale, bypassCSP: true })
      const wrong = new Set()
      for (const place of ['editions', 'navigation', 'pages', 'support']) {
        await page.goto(`${it.url}/newsroom/settings/${place}`)
        await page.locator('.settings h2').waitFor(patient)
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await page.setViewportSize({ width, height: 800 })
            for (const line of await violations(page, colorScheme === 'dark' || width !== 320)) wrong.add(`${place}, ${colorScheme}, ${width}: ${line}`)
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth) <= 0, `${place} is scrolled sideways at ${width}`)
            await shot(page, `settings-${place}-${locale}-${colorScheme}-${width}`)
          }
        }
      }
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
