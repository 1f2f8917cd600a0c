// A reader answers with a quotation, and fronts say how much is said under a story: with scripts and without.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { catalogues, house, talkers } from '../lib/house.mjs'
import { arrive, patient } from '../lib/staff.mjs'

describe('quotations, and counts on fronts', { timeout: 600_000 }, () => {
  let it, b, words, editions
  before(async () => {
    it = await house('serve') // of its own: what fronts show, and who is not held, is nobody else's
    b = await browser()
    words = await catalogues()
    editions = await talkers(it)
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const of = (language) => editions.find((e) => e.language === language)
  const front = (language) => of(language).default ? `${it.url}/` : `${it.url}/${of(language).slug}/`
  const say = (language) => (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace(`{${k}}`, v), words[language].words[key])
  const comment = (s, body) => it.call('POST', `/articles/${s.id}/comments`, { body })
  const story = (language, headline) => it.publish({ edition: of(language).slug, headline: `${headline} ${Date.now()}` })

  for (const language of ['en', 'ar']) {
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? 'with scripts' : 'without scripts'

      test(`an answer begins with the words it is about, and stands as a quotation, ${how}, in ${language}`, async () => {
        const w = say(language)
        const s = await story(language, language === 'en' ? 'Ferries are quoted' : 'اقتباس')
        const first = await comment(s, language === 'en' ? 'The quay was *full*.\nNobody left.\n\n> An older word.\n\n<i>Why?</i> & why not' : 'كان الرصيف *ممتلئا*.\nلم يغادر أحد.\n\n> كلمة أقدم.\n\n<i>لماذا؟</i> & لم لا')
        const { page, watch, close } = await arrive(b, await it.person('Ana Vey', 'reader'), { javaScriptEnabled, locale: language, ...(javaScriptEnabled ? {} : { bypassCSP: true }) })
        await page.goto(s.url)
        await page.locator(`#comment-${first.id}`).getByRole('link', { name: w('discussion.reply') }).click()
        await page.getByRole('link', { name: w('discussion.quote') }).click()
        const box = page.getByLabel(w('discussion.write'))
        const begun = await box.inputValue()
        assert.match(begun, /^(> [^\n]*\n)+\n$/, 'each line of the quotation begins as one, and the answer stands below')
        assert.ok(begun.includes('<i>') && !begun.includes('> >'), begun)
        await shot(page, `quote-box-${language}-${javaScriptEnabled}`, { fullPage: true })
        const answer = language === 'en' ? 'Because of the tide.' : 'بسبب المد.'
        await box.fill(begun + answer)
        await page.getByRole('button', { name: w('discussion.send') }).click()
        await page.locator('.threads ol').getByText(answer).waitFor(patient)
        const [, reply] = (await it.call('GET', `/articles/${s.id}/comments`)).items
        const own = page.locator(`#comment-${reply.id}`)
        const quoted = own.locator('blockquote')
        await quoted.waitFor(patient)
        assert.equal(await quoted.count(), 1)
        const inside = await quoted.innerText()
        assert.ok(inside.includes('<i>') && !inside.includes(answer), inside)
        assert.equal(await own.locator('i').count(), 0, 'markup of the quoted became elements')
        assert.equal(reply.body, begun + answer)
        assert.equal(reply.reply_to, first.id)
        await page.setViewportSize({ width: 320, height: 800 })
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'scrolled sideways')
        await shot(page, `quote-${language}-${javaScriptEnabled}`, { fullPage: true })
        assert.deepEqual(watch.faults, [])
        await (javaScriptEnabled ? close() : page.context().close())
      })

      test(`a front says how much is said under a story, and leads there, ${how}, in ${language}`, async () => {
        const s = await story(language, language === 'en' ? 'Ferries are counted' : 'عدد')
        const { context: c, watch } = await context(b, it.url, { javaScriptEnabled, locale: language })
        const page = await c.newPage()
        const link = () => page.locator(`main a[href$="${new URL(s.url).pathname}/discussion"]`).first()
        const read = async (wanted) => { // a comment renders no front; what is published next does
          await story(language, language === 'en' ? 'Another story' : 'قصة أخرى')
          for (const end = Date.now() + patient.timeout; ; await new Promise((done) => setTimeout(done, 100))) {
            await page.goto(front(language))
            const words = await link().count() > 0 ? await link().innerText() : ''
            if (words === wanted) return
            assert.ok(Date.now() < end, `the front says ${JSON.stringify(words)}, not ${JSON.stringify(wanted)}`)
          }
        }
        const counted = (n) => words[language].counts['discussion.count'][new Intl.PluralRules(language).select(n)].replace('{n}', new Intl.NumberFormat(language === 'ar' ? 'ar-u-nu-latn' : language).format(n))
        await page.goto(front(language))
        assert.equal(await link().count(), 0, 'nothing is said, and nothing is counted')
        const first = await comment(s, 'The first word.')
        await read(counted(1))
        await comment(s, 'The second word.')
        await read(counted(2))
        await shot(page, `front-counts-${language}-${javaScriptEnabled}`)
        await it.call('POST', `/moderation/${first.id}/reject`)
        await read(counted(1))
        await link().click()
        await page.getByText('The second word.').waitFor(patient)
        assert.equal(new URL(page.url()).pathname, `${new URL(s.url).pathname}/discussion`)
        await page.getByText(counted(1), { exact: true }).waitFor(patient)
        assert.equal(await page.getByText('The first word.').count(), 0)
        if (javaScriptEnabled) assert.deepEqual((await seen(page)).policy, [])
        assert.deepEqual(watch.faults, [])
        await c.close()
      })
    }
  }
})
