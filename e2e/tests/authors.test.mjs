// Authors and topics: what their pages say, new names, and two who are one.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter as signIn, looker } from '../lib/staff.mjs'

describe('authors and topics', { timeout: 600_000 }, () => {
  const mark = Date.now().toString(36).replace(/[0-9]/g, (d) => 'abcdefghij'[d])
  let it, b, first
  before(async () => {
    it = await house()
    b = await browser()
    first = await it.publish({ headline: `Ferry sails ${mark}`, byline: [`Mira ${mark}`], tags: [`Ferry ${mark}`] })
    await it.publish({ headline: `Ferry sails again ${mark}`, byline: [`M. ${mark}`, `Tomas ${mark}`], tags: [`Ferries ${mark}`] })
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const enter = async (name, options) => {
    const one = await signIn(b, it, name, undefined, options)
    return { ...one, close: async () => { assert.deepEqual(one.watch.faults, []); await one.close() } }
  }

  /** Waits until the working copy on the server is so. */
  const saved = async (id, so) => {
    for (let tries = 0; !so(await it.call('GET', `/articles/${id}`)); tries++) {
      if (tries > 300) throw new Error('the story was not saved')
      await new Promise((done) => setTimeout(done, 100))
    }
  }
  const CSS = (id) => id.replace(/[^a-zA-Z0-9_-]/g, (c) => `\\${c}`)

  test('an editor says who an author is, gives a new name, and makes one of two, with the keyboard alone', async () => {
    const { page, close } = await enter('Olga Names')
    await page.goto(`${it.url}/newsroom/settings/authors`)
    await page.getByLabel('Search authors').fill(mark)
    const row = (name) => page.getByRole('button', { name: new RegExp(`^${name} ${mark}`) })
    await row('Mira').focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Role, one line').fill('Harbour correspondent')
    await page.getByLabel('About').fill('Writes of ships.')
    await page.getByRole('button', { name: 'Add a link' }).press('Enter')
    await page.getByLabel('Name of link 1').fill('Mail')
    await page.getByLabel('Address of link 1').fill('javascript:alert(1)')
    await page.getByRole('button', { name: 'Save' }).press('Enter')
    await page.getByText('An address here begins with https:// or mailto:.').waitFor({ timeout: 45_000 })
    await page.getByLabel('Address of link 1').fill('mailto:mira@dispatch.example')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`Mira Lund ${mark}`)
    const { slug } = (await it.call('GET', `/authors?q=${mark}`)).items.find((a) => a.name.startsWith('Mira'))
    await it.call('PATCH', `/authors/${slug}`, { bio: 'Writes of trains.' }, { 'If-Match': '*' })
    await page.getByRole('button', { name: 'Save' }).press('Enter')
    await page.getByRole('button', { name: 'Show the newer' }).press('Enter')
    await page.getByRole('group', { name: 'About' }).getByText('Writes of trains.').waitFor({ timeout: 45_000 })
    assert.deepEqual([await page.getByRole('textbox', { name: 'About' }).inputValue(), await page.getByLabel('Role, one line').inputValue()], ['Writes of ships.', 'Harbour correspondent'])
    await page.getByRole('group', { name: 'About' }).getByRole('button', { name: 'Keep mine' }).press('Enter')
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'text', undefined, { timeout: 45_000 })
    await page.getByRole('button', { name: 'Save' }).press('Enter')
    await row('Mira Lund').waitFor({ timeout: 45_000 })
    await shot(page, 'authors-form', { fullPage: true })

    await row('M\\.').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Merge into another' }).press('Enter')
    const into = page.getByRole('combobox', { name: 'Which one stays' })
    await into.pressSequentially(`lund ${mark}`)
    await page.getByRole('option', { name: `Mira Lund ${mark}` }).waitFor({ timeout: 45_000 })
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText(`1 story of M. ${mark} will be of Mira Lund ${mark}.`).waitFor({ timeout: 45_000 })
    await shot(page, 'authors-merge')
    await page.getByRole('button', { name: 'Merge', exact: true }).press('Enter')
    await row('M\\.').waitFor({ state: 'detached', timeout: 45_000 })
    await page.waitForFunction((m) => document.querySelector('.entry[aria-expanded="true"]')?.textContent.includes(`Mira Lund ${m}`), mark, { timeout: 45_000 })

    const { context: c } = await context(b, it.url, { javaScriptEnabled: false })
    const reader = await c.newPage()
    await reader.goto(`${it.url}/author/m-${mark}`)
    assert.equal(new URL(reader.url()).pathname, `/author/mira-${mark}`)
    await reader.getByText('Harbour correspondent').waitFor()
    await reader.getByRole('main').getByRole('link', { name: `Ferry sails again ${mark}` }).waitFor()
    await shot(reader, 'author-page', { fullPage: true })
    await reader.goto(first.url)
    await reader.getByRole('link', { name: `Mira Lund ${mark}` }).click()
    assert.equal(new URL(reader.url()).pathname, `/author/mira-${mark}`)
    await c.close()
    await close()
  })

  test('a topic is described, renamed and merged', async () => {
    const { page, close } = await enter('Tilda Names')
    await page.goto(`${it.url}/newsroom/settings/topics`)
    await page.getByLabel('Search topics').fill(mark)
    await page.getByRole('button', { name: new RegExp(`^Ferries ${mark}`) }).click()
    await page.getByRole('button', { name: 'Merge into another' }).click()
    await page.getByRole('combobox', { name: 'Which one stays' }).pressSequentially(`ferry ${mark}`)
    await page.getByRole('option', { name: `Ferry ${mark}` }).click()
    await page.getByRole('button', { name: 'Merge', exact: true }).click()
    await page.getByLabel('Description').waitFor({ timeout: 45_000 })
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`Crossings ${mark}`)
    await page.getByRole('textbox', { name: 'Address', exact: true }).fill(`crossings-${mark}`)
    await page.getByLabel('Description').fill('What goes to and fro.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: new RegExp(`^Crossings ${mark}.*2 stories`) }).waitFor({ timeout: 45_000 })
    await page.getByRole('link', { name: 'Open the page' }).waitFor()

    const { context: c } = await context(b, it.url, { javaScriptEnabled: false })
    const reader = await c.newPage()
    for (const old of ['ferries', 'ferry', 'crossings']) {
      await reader.goto(`${it.url}/tag/${old}-${mark}`)
      assert.equal(new URL(reader.url()).pathname, `/tag/crossings-${mark}`)
    }
    await reader.getByText('What goes to and fro.').waitFor()
    await shot(reader, 'topic-page', { fullPage: true })
    await c.close()
    await close()
  })

  test('the editor offers known authors and topics, and takes what is new', async () => {
    const { page, close } = await enter('Wanda Names')
    const draft = await it.call('POST', '/articles', { edition: (await it.defaultEdition()).slug, headline: `Harbour ${mark}`, byline: [] })
    await page.goto(`${it.url}/newsroom/stories/${draft.id}`)
    const by = page.getByRole('combobox', { name: 'By, with commas between names' })
    await by.waitFor({ timeout: 45_000 })
    await page.waitForFunction(() => !document.querySelector('.plain.by').readOnly, undefined, { timeout: 45_000 })
    await by.pressSequentially(`tomas ${mark.slice(0, 4)}`)
    await page.getByRole('option', { name: `Tomas ${mark}` }).waitFor({ timeout: 45_000 })
    assert.equal(await by.getAttribute('aria-expanded'), 'true')
    await by.press('ArrowDown')
    assert.equal(await page.locator(`#${CSS(await by.getAttribute('aria-activedescendant'))}`).getAttribute('aria-selected'), 'true')
    await shot(page, 'known-authors')
    await by.press('Enter')
    await by.press('End')
    await by.pressSequentially(`, Somebody New ${mark}`)
    const tags = page.getByRole('combobox', { name: 'Topics' })
    await tags.pressSequentially(`trossi ${mark}`)
    await tags.press('Enter')
    await tags.pressSequentially(`cross`)
    await page.getByRole('option', { name: `Crossings ${mark}` }).click({ timeout: 45_000 })
    await page.getByText(/^Saved /).first().waitFor({ timeout: 45_000 })
    await saved(draft.id, (now) => now.byline.length === 2 && now.tags.length === 2)
    const now = await it.call('GET', `/articles/${draft.id}`)
    assert.deepEqual(now.byline.map((b) => b.author), [`tomas-${mark}`, `somebody-new-${mark}`])
    assert.deepEqual(now.tags, [`trossi ${mark}`, `Crossings ${mark}`])
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing on authors and topics in ${locale}`, async () => {
      const { page, c } = await enter('Axel Names', { locale, bypassCSP: true })
      const wrong = new Set()
      for (const place of ['authors', 'topics']) {
        await page.goto(`${it.url}/newsroom/settings/${place}`)
        await page.getByRole('searchbox').fill(mark)
        await page.waitForFunction((m) => { const all = [...document.querySelectorAll('.entry')]; return all.length > 0 && all.every((e) => e.textContent.includes(m)) }, mark, { timeout: 45_000 })
        await page.locator('.entry').first().click()
        await page.locator('.entry-form').waitFor({ timeout: 45_000 })
        await looker(page, `entries-${locale}`, wrong)(place)
      }
      for (const [name, path] of [['author', `/author/mira-${mark}`], ['topic', `/tag/crossings-${mark}`]]) {
        await page.goto(`${it.url}${path}`)
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await page.setViewportSize({ width, height: 800 })
            for (const line of await violations(page)) wrong.add(`${name}, ${colorScheme}, ${width}: ${line}`)
            await shot(page, `${name}-page-${colorScheme}-${width}`)
          }
        }
      }
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
