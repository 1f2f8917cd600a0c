// Readers are told of what is said to them and decided on them: on a page of their own, by mail, and by a quiet line where the page knows who reads.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot } from '../lib/browser.mjs'
import { catalogues, house, talkers } from '../lib/house.mjs'
import { mailbox } from '../lib/mail.mjs'
import { arrive, looker, patient } from '../lib/staff.mjs'

describe('what readers are told', { timeout: 600_000 }, () => {
  let it, b, mail, words, editions
  before(async () => {
    mail = await mailbox()
    it = await house('serve', ['--smtp', mail.url]) // of its own: what is said here, and who is not held, is nobody else's
    b = await browser()
    words = await catalogues()
    editions = await talkers(it)
  })
  after(async () => {
    await b?.close()
    await it?.stop()
    await mail?.stop()
  })

  const of = (language) => editions.find((e) => e.language === language)
  const root = (language) => of(language).default ? it.url : `${it.url}/${of(language).slug}`
  const say = (language) => (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace(`{${k}}`, v), words[language].words[key])
  const ignore = { javaScriptEnabled: false }
  const write = async (page, w, at, text) => {
    await page.goto(at)
    await page.getByLabel(w('discussion.write')).fill(text)
    await page.getByRole('button', { name: w('discussion.send') }).click()
    await page.waitForURL(/comment=/)
    return new URL(page.url()).searchParams.get('comment')
  }

  for (const language of ['en', 'ar']) {
    test(`without scripts somebody finds the answer to him by mail and on his page, and ends the mail by one button, in ${language}`, async () => {
      const w = say(language)
      const s = await it.publish({ edition: of(language).slug, headline: language === 'en' ? 'Ferries are answered' : 'رد على العبارات' })
      const link = await it.person('Ana Vey', 'reader')
      const ana = await arrive(b, link, { ...ignore, locale: language }), ben = await arrive(b, await it.person('Ben', 'reader'), ignore)
      const first = await write(ana.page, w, s.url, 'I waited on the quay.')
      await ana.page.goto(`${root(language)}/account`)
      await ana.page.getByLabel(w('notice.mail.replies')).selectOption('now')
      await ana.page.getByLabel(w('notice.mail.mentions')).selectOption('now')
      await ana.page.getByRole('button', { name: w('account.save') }).last().click()
      await ana.page.getByText(w('account.saved.mail')).waitFor()
      const email = /[^\s,،]+@dispatch\.example/.exec(await ana.page.locator('.reader').innerText())[0].replace(/\.$/, '')
      await write(ben.page, w, `${it.url}/comment/${s.id}?to=${first}`, 'So did I, @Ana Vey.')
      const letter = await mail.letter(email)
      assert.ok(letter.subject.includes(of(language).name), letter.subject)
      assert.ok(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/mi.test(letter.raw))
      assert.ok(letter.html.includes(`lang="${language}"`))
      await ana.page.goto(letter.link)
      await ana.page.getByText('So did I, @Ana Vey.').waitFor()
      await ana.page.goto(`${root(language)}/account`)
      await ana.page.getByRole('link', { name: w('notice.title') }).click()
      await ana.page.getByText('So did I, @Ana Vey.').waitFor()
      await ana.page.getByText(w('notice.unread'), { exact: true }).waitFor()
      await shot(ana.page, `told-new-${language}`)
      await ana.page.reload()
      assert.equal(await ana.page.getByText(w('notice.unread'), { exact: true }).count(), 0, 'what was looked at is new still')
      const off = letter.text.split(/\s+/).find((one) => one.includes('/account/unsubscribe/'))
      const stranger = await (await context(b, it.url, { ...ignore, bypassCSP: true })).context.newPage()
      await stranger.goto(off)
      await shot(stranger, `told-off-${language}`)
      await stranger.getByRole('button', { name: w('notice.off.button') }).click()
      await stranger.getByText(w('notice.off.done')).waitFor()
      assert.deepEqual(await stranger.context().cookies(), [])
      await ana.page.goto(`${root(language)}/account`)
      assert.equal(await ana.page.getByLabel(w('notice.mail.replies')).inputValue(), 'never')
      assert.equal(await ana.page.getByLabel(w('notice.mail.mentions')).inputValue(), 'now')
      await stranger.setContent(letter.html)
      await shot(stranger, `told-letter-${language}`)
      await stranger.context().close()
      await ana.c.close()
      await ben.c.close()
    })
  }

  test('a reader ignores another: his words are hidden for her alone, what he says later too, until she takes it back', async () => {
    const w = say('en')
    const s = await it.publish({ headline: 'Ferries are ignored' })
    const ana = await arrive(b, await it.person('Ana', 'reader')), ben = await arrive(b, await it.person('Ben', 'reader'), ignore)
    const first = await write(ana.page, w, s.url, 'A word of mine.')
    const his = await write(ben.page, w, `${it.url}/comment/${s.id}?to=${first}`, 'You know nothing.')
    await ana.page.goto(s.url)
    await ana.page.locator('#discussion-title').scrollIntoViewIfNeeded()
    await ana.page.getByRole('link', { name: '1 new notification' }).waitFor(patient)
    await shot(ana.page, 'told-line')
    await ana.page.locator(`#comment-${his}`).getByRole('link', { name: w('discussion.report') }).click()
    await ana.page.getByRole('button', { name: w('ignore.button'), exact: true }).click()
    await ana.page.getByText(w('ignore.done', { name: 'Ben' })).waitFor()
    const hidden = async () => {
      await ana.page.goto(s.url)
      await ana.page.locator('#discussion-title').scrollIntoViewIfNeeded()
      await ana.page.locator(`#comment-${his}`).waitFor({ state: 'hidden', ...patient })
    }
    await hidden()
    await write(ben.page, w, `${it.url}/comment/${s.id}?to=${first}`, 'Nothing at all.')
    await ana.page.getByText('Nothing at all.').waitFor({ state: 'hidden', ...patient })
    const stranger = await context(b, it.url)
    const page = await stranger.context.newPage()
    await page.goto(s.url)
    await page.getByText('You know nothing.').waitFor()
    await page.locator('#discussion-title').scrollIntoViewIfNeeded()
    assert.deepEqual(await stranger.context.cookies(), [])
    await stranger.context.close()
    await ana.page.goto(`${it.url}/account`)
    await ana.page.getByRole('button', { name: w('account.unignore.label', { name: 'Ben' }) }).click()
    await ana.page.goto(s.url)
    await ana.page.getByText('You know nothing.').waitFor()
    await ana.close()
    await ben.c.close()
  })

  for (const language of ['en', 'ar']) {
    test(`axe finds nothing on what readers are told, and nothing is scrolled sideways, in ${language}`, async () => {
      const w = say(language), wrong = new Set()
      const s = await it.publish({ edition: of(language).slug, headline: language === 'en' ? 'Ferries are looked at' : 'نظرة إلى العبارات' })
      const ana = await arrive(b, await it.person('Ana', 'reader'), { bypassCSP: true, locale: language }), ben = await arrive(b, await it.person('Ben', 'reader'), ignore)
      const look = looker(ana.page, `told-${language}`, wrong)
      await ana.page.goto(`${root(language)}/account/notifications`)
      await ana.page.getByText(w('notice.none')).waitFor()
      await look('none')
      const first = await write(ana.page, w, s.url, 'A word of mine.')
      await write(ben.page, w, `${it.url}/comment/${s.id}?to=${first}`, `${'long'.repeat(60)} جملة عربية`)
      const his = await write(ben.page, w, `${it.url}/comment/${s.id}?to=${first}`, '@Ana: see https://harbour.example/')
      await it.call('POST', `/moderation/${first}/reject`, { reason: 'Off topic.' })
      await ana.page.goto(`${root(language)}/account`)
      await look('account')
      await ana.page.goto(`${root(language)}/account/notifications`)
      await look('list')
      await ana.page.goto(`${it.url}/comment/${s.id}/report?c=${his}`)
      await look('ignore')
      await ana.c.close()
      await ben.c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
