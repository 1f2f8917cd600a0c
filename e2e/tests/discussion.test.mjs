// Readers talk under a story: without scripts, while others look on, and as moderators decide.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot, violations } from '../lib/browser.mjs'
import { catalogues, house } from '../lib/house.mjs'
import { arrive, patient } from '../lib/staff.mjs'

describe('a discussion', { timeout: 600_000 }, () => {
  let it, b, words, editions
  before(async () => {
    it = await house()
    b = await browser()
    words = await catalogues()
    editions = await it.editions()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const of = (language) => editions.find((e) => e.language === language)
  const say = (language) => (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace(`{${k}}`, v), words[language].words[key])

  /** A fresh story of an edition, published. */
  const story = (language, headline) => it.publish({ edition: of(language).slug, headline })
  const settings = (language, change) => it.call('PATCH', `/editions/${of(language).slug}/discussion`, change)
  const reader = async (name, options) => arrive(b, await it.person(name, 'reader'), options)

  for (const language of ['en', 'ar']) {
    test(`without scripts a stranger writes first, signs in, finds his words again, and sees what becomes of them, in ${language}`, async () => {
      const w = say(language)
      await settings(language, { new_for: 1 })
      const s = await story(language, language === 'en' ? 'Ferries leave again' : 'العبارات تبحر من جديد')
      const { context: c, watch } = await context(b, it.url, { javaScriptEnabled: false })
      const page = await c.newPage()
      await page.goto(s.url)
      const text = 'I waited on the quay.\n\nملاحظة <b>عادية</b> & more *words*.'
      await page.getByLabel(w('discussion.write')).fill(text)
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.getByText(w('discussion.kept')).waitFor()
      assert.deepEqual(await c.cookies(), [], 'a stranger got a cookie')
      const kept = page.url()
      assert.equal(await page.getByRole('link', { name: w('discussion.sign_in') }).getAttribute('href'), new URL(`${new URL(of(language).url).pathname.replace(/\/$/, '')}/account/sign-in?back=${encodeURIComponent(new URL(kept).pathname + new URL(kept).search)}`, it.url).href.slice(it.url.length))
      await shot(page, `discussion-kept-${language}`, { fullPage: true })
      await page.goto(await it.person('Layla', 'reader'))
      await page.getByRole('button').first().click()
      await page.goto(kept)
      assert.equal(await page.getByLabel(w('discussion.write')).inputValue(), text)
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.getByText(w('talk.held.new')).waitFor()
      assert.ok((await page.locator('.yours .said').innerText()).includes('<b>عادية</b> & more words.'))
      await shot(page, `discussion-held-${language}`, { fullPage: true })
      await page.getByRole('link', { name: w('discussion.edit') }).click()
      await page.getByLabel(w('discussion.write')).fill('I waited on the other quay.')
      await page.getByRole('button', { name: w('discussion.save') }).click()
      await page.getByText('I waited on the other quay.').waitFor()
      const [waiting] = (await it.call('GET', `/moderation?article=${s.id}`)).items
      await it.call('POST', `/moderation/${waiting.id}/approve`)
      await page.goto(s.url)
      await page.getByText('I waited on the other quay.').waitFor()
      await page.getByLabel(w('discussion.write')).fill('And the day after.')
      await page.getByRole('button', { name: w('discussion.send') }).click()
      assert.ok(page.url().includes('/discussion?comment='), page.url())
      await page.getByText('And the day after.').waitFor()
      await page.getByRole('button', { name: w('discussion.thanks') }).first().isVisible()
      await page.getByRole('link', { name: w('discussion.reply') }).first().click()
      await page.getByLabel(w('discussion.write')).fill('An answer to myself.')
      await page.getByRole('button', { name: w('discussion.send') }).click()
      await page.locator('.threads ol').getByText('An answer to myself.').waitFor()
      assert.deepEqual(watch.faults, [])
      await c.close()
    })
  }

  test('an open page counts what comes, shows it when it is asked for, follows changes, and lets go of what is rejected, with no line moved by itself', async () => {
    const w = say('en')
    await settings('en', { new_for: 0 })
    const s = await story('en', 'Ferries are counted')
    const first = await it.call('POST', `/articles/${s.id}/comments`, { body: 'The first word.' })
    const ben = await reader('Ben')
    const { context: c, watch } = await context(b, it.url)
    const page = await c.newPage()
    await page.goto(s.url)
    await page.locator('#discussion-title').scrollIntoViewIfNeeded()
    await page.locator('[data-part=comment]').getByText('The first word.').waitFor()
    await ben.page.goto(s.url)
    await ben.page.getByLabel(w('discussion.write')).fill('A second word.')
    await ben.page.getByRole('button', { name: w('discussion.send') }).click()
    await ben.page.getByText('A second word.').waitFor()
    const offer = page.getByRole('button', { name: '1 new comment' })
    await offer.waitFor(patient)
    await page.getByText('2 comments').waitFor(patient)
    assert.equal(await page.getByText('A second word.').count(), 0, 'it came unasked')
    assert.deepEqual((await seen(page)).shifts, [])
    await offer.click()
    await page.locator('.threads').getByText('A second word.').waitFor()
    const [said] = (await it.call('GET', `/articles/${s.id}/comments`)).items.filter((one) => one.body === 'A second word.')
    await ben.page.goto(`${s.url}/discussion`)
    await ben.page.locator(`#comment-${first.id}`).getByRole('button', { name: w('discussion.thanks') }).click()
    await ben.page.locator(`#comment-${first.id} [data-reactions]`).getByText('1').waitFor(patient)
    await page.locator(`#comment-${first.id} [data-reactions]`).getByText('1').waitFor(patient)
    await it.call('POST', `/moderation/${said.id}/reject`, { reason: 'Off topic.' })
    await page.locator('.threads').getByText('A second word.').waitFor({ state: 'detached', ...patient })
    await page.getByText('1 comment', { exact: true }).waitFor(patient)
    assert.deepEqual((await seen(page)).policy, [])
    assert.deepEqual(watch.faults, [])
    await c.close()
    await ben.close()
  })

  test('a reader reports a comment; a closed discussion and a pause are said in words', async () => {
    const w = say('en')
    await settings('en', { new_for: 0 })
    const s = await story('en', 'Ferries are reported')
    const c1 = await it.call('POST', `/articles/${s.id}/comments`, { body: 'A claim about the port.' })
    const eve = await reader('Eve', { javaScriptEnabled: false })
    await eve.page.goto(s.url)
    await eve.page.locator(`#comment-${c1.id}`).getByRole('link', { name: w('discussion.report') }).click()
    await eve.page.getByLabel(w('complain.illegal')).check()
    await eve.page.getByRole('button', { name: w('complain.send') }).click()
    await eve.page.getByText(w('fault.illegal_note')).waitFor()
    await eve.page.getByLabel(w('complain.note'), { exact: true }).fill('It names a child.')
    await eve.page.getByRole('button', { name: w('complain.send') }).click()
    await eve.page.getByText(w('complain.sent')).waitFor()
    const [reported] = (await it.call('GET', `/moderation?queue=reported&article=${s.id}`)).items
    assert.equal(reported.reported[0].note, 'It names a child.')
    await settings('en', { paused: true })
    await eve.page.goto(s.url)
    await eve.page.getByText(w('discussion.paused')).waitFor()
    await settings('en', { paused: false })
    await it.call('PATCH', `/articles/${s.id}`, { discussion: 'closed' }, { 'If-Match': '*' })
    await it.call('POST', `/articles/${s.id}/publish`, { change: 'minor' }, { 'If-Match': '*' })
    await eve.page.goto(s.url)
    await eve.page.getByText(w('discussion.closed')).waitFor()
    assert.equal(await eve.page.getByLabel(w('discussion.write')).count(), 0)
    await eve.c.close()
  })

  for (const language of ['en', 'ar']) {
    test(`axe finds nothing on the pages of a discussion, and nothing is scrolled sideways, in ${language}`, async () => {
      await settings(language, { new_for: 0 })
      const s = await story(language, language === 'en' ? 'Ferries are looked at' : 'نظرة إلى العبارات')
      const c1 = await it.call('POST', `/articles/${s.id}/comments`, { body: `Look: https://harbour.example/${'a'.repeat(90)}\n\n${'long'.repeat(60)}\n\nوهذه جملة عربية.` })
      await it.call('POST', `/articles/${s.id}/comments`, { body: '*Yes.*', reply_to: c1.id })
      await it.call('POST', `/moderation/${c1.id}/feature`)
      const one = await reader('Ana', { bypassCSP: true })
      const wrong = new Set()
      for (const [view, at] of [['story', s.url], ['discussion', `${s.url}/discussion`], ['answer', `${it.url}/comment/${s.id}?to=${c1.id}`], ['complaint', `${it.url}/comment/${s.id}/report?c=${c1.id}`]]) {
        await one.page.goto(at)
        for (const colorScheme of ['light', 'dark']) {
          await one.page.emulateMedia({ colorScheme })
          for (const width of [320, 1280]) {
            await one.page.setViewportSize({ width, height: 800 })
            for (const line of await violations(one.page, colorScheme === 'dark' || width !== 320)) wrong.add(`${view}, ${colorScheme}, ${width}: ${line}`)
            if (await one.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wrong.add(`${view}, ${width}: scrolled sideways`)
            await shot(one.page, `discussion-${view}-${language}-${colorScheme}-${width}`, { fullPage: true })
          }
        }
      }
      await one.c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
