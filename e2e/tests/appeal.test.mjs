// Who is decided against is told why, objects without scripts, and is told what became of it; moderators decide on it by keyboard.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { catalogues, house, talkers } from '../lib/house.mjs'
import { arrive, enter, looker, patient } from '../lib/staff.mjs'

describe('objections to decisions', { timeout: 600_000 }, () => {
  let it, b, words, editions
  before(async () => {
    it = await house('serve', []) // of its own: who is not held here, and what waits, is nobody else's
    b = await browser()
    words = await catalogues()
    editions = await talkers(it)
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const of = (language) => editions.find((e) => e.language === language)
  const root = (language) => of(language).default ? it.url : `${it.url}/${of(language).slug}`
  const say = (language) => (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace(`{${k}}`, v), words[language].words[key])

  for (const language of ['en', 'ar']) {
    test(`rejected, told why, objected without scripts, restored by another moderator, in ${language}`, async () => {
      const w = say(language)
      const s = await it.publish({ edition: of(language).slug, headline: language === 'en' ? `Ferries object ${Date.now()}` : `اعتراض ${Date.now()}` })
      const { page, c } = await arrive(b, await it.person('Ana Vey', 'reader'), { javaScriptEnabled: false, bypassCSP: true, locale: language })
      await page.goto(s.url)
      await page.getByLabel(w('discussion.write')).fill('The mayor is a windbag.')
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.waitForURL(/comment=/)
      const id = new URL(page.url()).searchParams.get('comment')
      await it.call('POST', `/moderation/${id}/reject`, { breach: 'insult', reason: 'Say it without the name.' })

      const wrong = new Set()
      const look = async (view) => {
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await page.setViewportSize({ width, height: 800 })
            await shot(page, `appeal-${view}-${language}-${colorScheme}-${width}`)
          }
        }
      }
      await page.goto(`${root(language)}/account/notifications`)
      await look('notice')
      await page.getByRole('link', { name: w('breach.insult') }).click()
      await page.getByText(w('ruling.rules_of', { breach: w('breach.insult') })).waitFor()
      await page.getByText('Say it without the name.').waitFor()
      await look('statement')
      await page.getByRole('link', { name: w('appeal.object') }).click()
      await look('form')
      await page.getByLabel(w('appeal.label')).fill('I said it of his office.')
      await page.getByRole('button', { name: w('appeal.send') }).click()
      await page.getByText(w('appeal.waits').split('{date}')[1].trim()).waitFor()
      await look('waits')
      assert.equal(await page.getByRole('link', { name: w('appeal.object') }).count(), 0, 'it can be done once')

      const mod = await enter(b, it, 'Mod Second', 'moderator', { locale: language === 'en' ? 'en-GB' : 'ar', bypassCSP: true })
      await mod.page.goto(`${it.url}/newsroom/community?queue=reported&article=${s.id}`)
      const card = mod.page.locator('article.comment-card', { hasText: 'I said it of his office.' })
      await card.waitFor(patient)
      await looker(mod.page, `appeal-desk-${language}`, wrong)('card')
      await mod.page.keyboard.press('d')
      await mod.page.locator('form.rejecting input').waitFor()
      await looker(mod.page, `appeal-desk-${language}`, wrong)('uphold')
      await mod.page.keyboard.type('The office has a name too.')
      await mod.page.keyboard.press('Enter')
      await mod.page.locator('.fate').waitFor(patient)
      await page.reload()
      await page.getByText('The office has a name too.').waitFor()
      await mod.page.keyboard.press('u')
      await card.waitFor(patient)
      await mod.page.keyboard.press('f')
      await mod.page.locator('.fate').waitFor(patient)
      await page.goto(`${root(language)}/account/notifications`)
      await page.getByText(w('notice.restored')).waitFor()
      await page.goto(s.url)
      await page.getByText('The mayor is a windbag.').waitFor()
      assert.equal((await it.call('GET', `/moderation/${id}`)).appeal.verdict, 'restored')
      await mod.close()
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })

    test(`axe finds nothing on a statement and its form, and nothing is scrolled sideways, in ${language}`, async () => {
      const w = say(language)
      const s = await it.publish({ edition: of(language).slug, headline: language === 'en' ? `Ferries are looked at ${Date.now()}` : `نظرة ${Date.now()}` })
      const { page, c } = await arrive(b, await it.person('Ben Hale', 'reader'), { bypassCSP: true, locale: language })
      await page.goto(s.url)
      await page.getByLabel(w('discussion.write')).fill('A word that is long: and-a-very-long-word-that-does-not-break-by-itself-and-goes-on.')
      await page.getByRole('button', { name: w('discussion.send') }).click()
      const comment = page.locator('[data-part=comment]', { hasText: 'A word that is long' })
      await comment.waitFor(patient)
      const id = await comment.getAttribute('data-id')
      await it.call('POST', `/moderation/${id}/reject`, { breach: 'illegal', reason: 'Names a child.' })
      const wrong = new Set()
      for (const [view, at] of [['statement', `/comment/${s.id}?said=${id}`], ['form', `/comment/${s.id}/appeal?c=${id}`]]) {
        await page.goto(it.url + at)
        await looker(page, `appeal-axe-${language}`, wrong)(view)
      }
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }

  for (const language of ['en', 'ar']) {
    test(`who is suspended objects at his account without scripts, is answered at the desk, and it is counted, in ${language}`, async () => {
      const w = say(language)
      const { page, c } = await arrive(b, await it.person('Cleo Marsh', 'reader'), { javaScriptEnabled: false, bypassCSP: true, locale: language })
      const s = await it.publish({ edition: of(language).slug, headline: language === 'en' ? `Ferries wait ${Date.now()}` : `انتظار ${Date.now()}` })
      await page.goto(s.url)
      await page.getByLabel(w('discussion.write')).fill('Tickets here, cheap.')
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.waitForURL(/comment=/)
      const said = await it.call('GET', `/moderation/${new URL(page.url()).searchParams.get('comment')}`)
      await it.call('POST', `/members/${said.author.id}/restrict`, { restricted: 'suspended', until: new Date(Date.now() + 86_400_000).toISOString(), breach: 'spam' })
      await page.goto(`${it.url}/comment/${s.id}`)
      await page.getByRole('link', { name: w('appeal.why') }).click()
      await page.getByText(w('ruling.suspended')).waitFor()
      await page.getByText(w('appeal.object')).click()
      await page.setViewportSize({ width: 320, height: 800 })
      await shot(page, `appeal-account-${language}`, { fullPage: true })
      await page.getByLabel(w('appeal.label')).fill('They were my own two.')
      await page.getByRole('button', { name: w('appeal.send') }).click()
      await page.getByText(w('appeal.waits').split('{date}')[1].trim()).waitFor()

      const wrong = new Set()
      const mod = await enter(b, it, 'Mod Third', 'moderator', { locale: language === 'en' ? 'en-GB' : 'ar', bypassCSP: true })
      await mod.page.goto(`${it.url}/newsroom/community?queue=reported`)
      const card = mod.page.locator('article.comment-card', { hasText: 'They were my own two.' })
      await card.waitFor(patient)
      const look = looker(mod.page, `appeal-desk-${language}`, wrong)
      await look('member')
      await card.getByRole('button').nth(1).click()
      await mod.page.keyboard.type('They were forty.')
      await mod.page.keyboard.press('Enter')
      await card.waitFor({ state: 'detached', ...patient })
      await page.reload()
      await page.getByText('They were forty.').waitFor()
      await mod.page.goto(`${it.url}/newsroom/community/transparency`)
      await mod.page.locator('.transparency dl').first().waitFor(patient)
      await look('transparency')
      const sheet = await mod.page.request.get(await mod.page.locator('.transparency a[download]').evaluate((a) => a.href))
      assert.match(await sheet.text(), /^month,edition,notices,/)
      await mod.close()
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
