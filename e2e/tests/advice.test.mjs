// An editor has a service outside asked about comments, sees that it answers, and a moderator sees what it said; in four languages by axe.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker, patient } from '../lib/staff.mjs'

describe('after the rules', { timeout: 600_000 }, () => {
  let it, b, judge, address, status = 200
  const asked = []
  before(async () => {
    judge = createServer((q, a) => {
      let body = ''
      q.on('data', (d) => { body += d })
      q.on('end', () => {
        const one = JSON.parse(body)
        asked.push({ one, body, signed: q.headers['dateline-signature'] })
        a.writeHead(status, { 'Content-Type': 'application/json' })
        a.end(JSON.stringify(one.text.includes('pills') ? { hold: true, reason: 'Sells medicine' } : { hold: false }))
      })
    })
    await new Promise((done) => judge.listen(0, '127.0.0.1', done))
    address = `http://127.0.0.1:${judge.address().port}/ask`
    it = await house('demo', ['--allow-private', '127.0.0.1'])
    b = await browser()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
    judge?.closeAllConnections()
    judge?.close()
  })

  test('a secret, an address, a test, and a card that says why', async () => {
    const { page, close } = await enter(b, it, 'Edda Sets', 'editor')
    await page.goto(`${it.url}/newsroom/settings/discussion`)
    await page.getByText(/^Learned from \d/).waitFor(patient)
    await page.getByText('Not asked since this server started.').waitFor()
    const field = page.getByRole('textbox', { name: 'Its address' })
    await field.fill('http://news.example/ask')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText(/Give an address that begins with https/).first().waitFor(patient)
    await field.fill(address)
    await page.getByRole('switch', { name: 'Ask it about comments' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Make a secret first').first().waitFor(patient)
    await page.getByRole('button', { name: 'Make a secret' }).click()
    const secret = await page.locator('.secret').textContent(patient)
    await page.getByLabel(/^First comments/).fill('0')
    await page.getByRole('button', { name: /^Pause discussions/ }).click()
    await page.getByRole('menuitem').first().click()
    await page.locator('.paused').getByRole('button').click(patient) // and on again: what was typed stays, and is saved
    await page.locator('.paused').waitFor({ state: 'detached', ...patient })
    assert.equal(await page.getByLabel(/^First comments/).inputValue(), '0')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved', { exact: true }).waitFor(patient)
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText(/The test passed, after \d+ ms\.\s+Answered \d\d:\d\d\./).waitFor(patient)
    const { body, signed, one } = asked.at(-1)
    const [t, v1] = signed.split(',').map((p) => p.split('=')[1])
    assert.equal(v1, createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'))
    assert.equal(one.kind, 'test')
    await shot(page, 'advice-answers')
    status = 500
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText(/Not answering since .*: it answers with an error\./).waitFor(patient)
    assert.equal((await page.locator('.service-state [role=status]').textContent()).trim(), 'The test failed: it answers with an error.')
    status = 200
    await page.reload()
    await page.getByText(/Not answering since/).waitFor(patient)
    assert.equal(await page.locator('.secret').count(), 0, 'it is shown once')
    await page.getByRole('button', { name: 'Make a new secret' }).waitFor()

    const story = await it.publish({ headline: `Tram opens ${Date.now()}` })
    const said = await (await it.reader('Ana')).post(`/articles/${story.id}/comments`, { body: 'Cheap pills for everybody' })
    assert.equal(said.why, 'It waits: a moderator reads it first.')
    assert.deepEqual(Object.keys(asked.at(-1).one).sort(), ['edition', 'id', 'kind', 'language', 'name', 'text'])
    await page.goto(`${it.url}/newsroom/community?article=${story.id}`)
    const card = page.locator('article.comment-card', { hasText: 'Cheap pills' })
    await card.getByText(/The service outside says: .?Sells medicine/).waitFor(patient)
    await shot(page, 'advice-card')
    await close()
  })

  test('a secret overwrites nothing a colleague saved, outlives a pause, and who comes back reads what is there', async () => {
    const edition = await it.defaultEdition(), path = `/editions/${edition.slug}/discussion`
    const { page, close } = await enter(b, it, 'Edda Again', 'editor')
    await page.goto(`${it.url}/newsroom/settings/discussion`)
    const links = page.getByLabel('Links in a comment that pass')
    await links.fill('5')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved', { exact: true }).waitFor(patient)
    await page.getByRole('link', { name: 'Sections', exact: true }).click()
    await links.waitFor({ state: 'detached', ...patient })
    await page.goBack()
    await links.waitFor(patient)
    assert.equal(await links.inputValue(), '5')
    await it.call('PATCH', path, { links: 7 })
    await page.getByRole('button', { name: 'Make a new secret' }).click()
    const secret = await page.locator('.secret').textContent(patient)
    const changed = page.getByText('Somebody changed this meanwhile.')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await changed.waitFor(patient)
    assert.equal((await it.call('GET', path)).links, 7)
    await page.getByRole('button', { name: 'Pause discussions…' }).click()
    await page.getByRole('menuitem', { name: edition.name, exact: true }).click()
    await page.getByText(`Discussions are paused: ${edition.name}`).waitFor(patient)
    await changed.waitFor(patient) // what is typed stays until somebody asks for what is there
    assert.equal(await links.inputValue(), '5')
    await page.getByRole('alert').filter({ has: changed }).getByRole('button').click()
    await changed.waitFor({ state: 'detached', ...patient })
    assert.equal(await links.inputValue(), '7')
    assert.equal(await page.locator('.secret').textContent(), secret)
    await it.call('PATCH', path, { paused: false })
    await close()
  })

  for (const [locale, words] of [['en-GB', 'After the rules'], ['es-ES', 'Después de las reglas'], ['ru-RU', 'После правил'], ['ar-EG', 'بعد القواعد']]) {
    test(`axe finds nothing in the settings in ${locale}`, async () => {
      const { page, close } = await enter(b, it, 'Axe Advice', 'editor', { locale, bypassCSP: true })
      await page.goto(`${it.url}/newsroom/settings/discussion`)
      await page.getByRole('heading', { name: words }).waitFor(patient)
      await page.locator('.service-state').waitFor()
      const wrong = new Set()
      await looker(page, `advice-${locale}`, wrong)('settings')
      assert.deepEqual([...wrong], [])
      await close()
    })
  }
})
