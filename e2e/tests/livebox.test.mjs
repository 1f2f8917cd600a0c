// A reporter at the box: out by one key, taken back, kept without a network, and sent once, in order, whatever dies on the way.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker, patient } from '../lib/staff.mjs'

describe('the live box', { timeout: 600_000 }, () => {
  let it, b, edition
  before(async () => {
    it = await house('serve')
    b = await browser()
    edition = await it.call('POST', '/editions', { slug: 'international', name: 'International', language: 'en', timezone: 'UTC' })
    await it.call('POST', '/sections', { edition: edition.slug, slug: 'port', name: 'Port' })
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  let n = 0
  const storm = () => it.publish({ edition: 'international', section: 'port', kind: 'live', headline: `Storm ${++n} reaches the coast`, lead: 'As it happens.', body_html: undefined })
  const box = (page) => page.getByRole('textbox', { name: 'Text of the post' })
  const open = async (page, id) => {
    await page.goto(`${it.url}/newsroom/live/${id}`)
    await box(page).waitFor(patient)
  }
  const write = async (page, words) => {
    await box(page).click()
    await page.keyboard.type(words)
    await page.keyboard.press('Control+Enter')
    await page.waitForFunction(() => document.querySelector('.livebox .body').textContent === '', undefined, patient)
  }
  const posts = async (id, state = 'published') => (await it.call('GET', `/articles/${id}/posts?state=${state}&limit=100`)).items
  const textOf = (p) => JSON.stringify(p.body).match(/"text":"([^"]*)"/)?.[1]
  const until = async (what, f) => {
    for (const end = Date.now() + 60_000; ;) {
      const found = await f()
      if (found) return found
      assert.ok(Date.now() < end, what)
      await new Promise((done) => setTimeout(done, 100))
    }
  }

  test('a post goes out by Ctrl+Enter and stands on the open page of a reader; the box is empty again and has the cursor', async () => {
    const story = await storm()
    const { context: rc, watch: readers } = await context(b, it.url)
    const reader = await rc.newPage()
    await reader.goto(story.url)
    await until('the reader is not seen', async () => (await it.call('GET', `/articles/${story.id}/readership`)).reading === 1)
    const { page, watch, close } = await enter(b, it, 'Ana Brandt')
    await page.getByRole('link', { name: 'Live', exact: true }).click()
    await page.getByRole('link', { name: story.headline }).waitFor(patient)
    await shot(page, 'live-list')
    await page.getByRole('link', { name: story.headline }).click()
    await write(page, 'The first wave came over the mole.')
    await page.getByText(/^Out \d\d:\d\d:\d\d, 1 reading$/).waitFor(patient)
    await page.locator('.live-head').getByText('1 reading').waitFor(patient)
    assert.ok(await page.evaluate(() => document.activeElement?.classList.contains('post-text')), 'the cursor is not in the box')
    await page.locator('.posts').getByText('The first wave came over the mole.').waitFor(patient)
    await reader.getByText('The first wave came over the mole.').waitFor(patient)
    await shot(page, 'live-box')
    assert.deepEqual(watch.faults, [])
    assert.deepEqual(readers.faults, [])
    await rc.close()
    await close()
  })

  test('Undo takes a post back: it leaves the page, its words are in the box again', async () => {
    const story = await storm()
    const { page, close } = await enter(b, it, 'Ana Brandt')
    await open(page, story.id)
    await write(page, 'A wrong number of tugs.')
    await page.getByRole('button', { name: /^Undo/ }).click(patient)
    await page.getByText('Taken back.', { exact: false }).waitFor(patient)
    assert.equal(await box(page).textContent(), 'A wrong number of tugs.')
    const [gone] = await posts(story.id, 'withdrawn')
    assert.ok(gone.retracted, 'it was not a retraction')
    assert.doesNotMatch(await (await fetch(story.url)).text(), /wrong number of tugs/)
    await close()
  })

  test('a picture goes with its credit, a score and a headline with the text', async () => {
    const story = await storm()
    const { page, watch, close } = await enter(b, it, 'Ana Brandt')
    await open(page, story.id)
    const png = Buffer.from(await page.evaluate(async () => {
      const c = new OffscreenCanvas(640, 420)
      const x = c.getContext('2d')
      x.fillStyle = '#246'
      x.fillRect(0, 0, 640, 420)
      x.fillStyle = '#eee'
      x.fillRect(100, 80, 300, 200)
      return [...new Uint8Array(await (await c.convertToBlob({ type: 'image/png' })).arrayBuffer())]
    }))
    await page.locator('.livebox input[type=file]').first().setInputFiles({ name: 'mole.png', mimeType: 'image/png', buffer: png })
    await page.getByLabel('Credit').fill('Ana Brandt / Dispatch')
    await page.getByLabel('Alternative text').fill('Waves over a stone wall')
    await page.getByRole('button', { name: 'Headline', exact: true }).click()
    await page.getByRole('textbox', { name: 'Headline' }).fill('Mole under water')
    await page.getByRole('switch', { name: 'Key event' }).click()
    await shot(page, 'live-box-picture')
    await write(page, 'The mole is closed.')
    const [post] = await until('it is not out', async () => { const all = await posts(story.id); return all.length > 0 && all })
    assert.deepEqual([post.headline, post.kind, post.key_event], ['Mole under water', 'picture', true])
    const picture = post.body.content.find((x) => x.type === 'picture')
    assert.equal(picture.attrs.alt, 'Waves over a stone wall')
    assert.equal((await it.call('GET', `/pictures/${picture.attrs.id}`)).credit, 'Ana Brandt / Dispatch')
    assert.match(await (await fetch(story.url)).text(), /Ana Brandt \/ Dispatch/)
    await page.getByRole('button', { name: 'Score' }).click()
    await page.getByLabel('Home', { exact: true }).fill('Harbour FC')
    await page.getByLabel('Away', { exact: true }).fill('Quay United')
    await page.getByLabel('Points, home').fill('2')
    await box(page).click()
    await page.keyboard.press('Control+Enter')
    await until('the score is not out', async () => (await posts(story.id)).some((p) => p.kind === 'score' && p.score.home_points === 2))
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('without a network posts are kept, also when the tab dies; they go once, in order, with the times of their writing', async () => {
    const story = await storm()
    const { page, c, close } = await enter(b, it, 'Ben Okoro')
    await open(page, story.id)
    await write(page, 'Before the network went.')
    await page.getByText(/^Out /).waitFor(patient)
    await c.setOffline(true)
    const from = Date.now()
    await write(page, 'Kept one.')
    await write(page, 'Kept two.')
    await page.getByText('Kept here, 2 waiting').waitFor(patient)
    const to = Date.now()
    await box(page).click()
    await page.keyboard.type('Half a sentence')
    await until('the box is not kept', () => page.evaluate(() => new Promise((done) => { const o = indexedDB.open('dateline-live'); o.onsuccess = () => { const r = o.result.transaction('boxes').objectStore('boxes').getAll(); r.onsuccess = () => { o.result.close(); done(r.result.length === 1) } } })))
    await shot(page, 'live-kept')
    await page.close({ runBeforeUnload: false })
    await c.setOffline(false)
    const next = await c.newPage()
    await next.goto(`${it.url}/newsroom/`) // wherever the application is opened
    const out = await until('they were not sent', async () => { const all = await posts(story.id); return all.length === 3 && all })
    assert.deepEqual(out.map(textOf), ['Kept two.', 'Kept one.', 'Before the network went.'])
    for (const p of out.slice(0, 2)) assert.ok(Date.parse(p.at) >= from - 3000 && Date.parse(p.at) <= to, `${p.at} is not when it was written`)
    await open(next, story.id)
    await until('what was in the box is lost', async () => await box(next).textContent() === 'Half a sentence')
    assert.equal((await posts(story.id)).length, 3)
    await c.close()
    await close().catch(() => undefined)
  })

  test('a server that is killed in between has every post once, in order', async () => {
    const story = await storm()
    const { page, close } = await enter(b, it, 'Cora Lind')
    await open(page, story.id)
    await it.kill()
    const all = Array.from({ length: 5 }, (_, i) => `Line ${i + 1}.`)
    for (const words of all.slice(0, 3)) await write(page, words)
    await page.getByText('Kept here, 3 waiting').waitFor(patient)
    await it.again()
    for (const words of all.slice(3)) await write(page, words)
    await until('some did not arrive', async () => (await posts(story.id).catch(() => [])).length >= all.length)
    await page.locator('.posts').getByText('Line 5.').waitFor(patient)
    assert.deepEqual((await posts(story.id)).map(textOf).reverse(), all)
    await close()
  })

  test('an answer that is lost on its way does not make a post twice', async () => {
    const story = await storm()
    const { page, close } = await enter(b, it, 'Dora Vey', undefined, { serviceWorkers: 'block' }) // a worker's requests are not the page's
    await open(page, story.id)
    let cut = 2
    await page.route('**/posts', async (route) => {
      if (route.request().method() !== 'POST' || cut-- <= 0) return route.continue()
      await route.fetch() // the server has it
      await route.abort('connectionreset') // and nobody hears of it
    })
    await write(page, 'Said once.')
    await page.getByText(/^Out /).waitFor(patient)
    assert.ok(cut < 0, 'no answer was lost')
    assert.deepEqual((await posts(story.id)).map(textOf), ['Said once.'])
    await close()
  })

  test('a post that the server refuses stays with its reason, is mended and goes out', async () => {
    const story = await storm()
    const { page, close } = await enter(b, it, 'Eva Lund')
    await open(page, story.id)
    await it.call('POST', `/articles/${story.id}/close`)
    await page.getByText('This coverage is closed.', { exact: false }).waitFor(patient)
    await it.call('POST', `/articles/${story.id}/reopen`)
    await box(page).waitFor(patient)
    await page.getByRole('button', { name: 'Poll' }).click()
    await page.getByLabel('Question').fill('Should the port close?')
    await write(page, 'Tell us.')
    const waiting = page.locator('.queue li')
    await waiting.getByRole('alert').waitFor(patient)
    await shot(page, 'live-refused')
    assert.equal((await posts(story.id)).length, 0)
    await waiting.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Answer 1').fill('Yes')
    await page.getByLabel('Answer 2').fill('No')
    await box(page).click()
    await page.keyboard.press('Control+Enter')
    await until('it is not out', async () => (await posts(story.id)).some((p) => p.poll?.options.length === 2))
    await close()
  })

  test('who may not publish sends to the desk, and an editor lets it out', async () => {
    const story = await storm()
    const mod = await enter(b, it, 'Mo Derator', 'moderator')
    await open(mod.page, story.id)
    await box(mod.page).click()
    await mod.page.keyboard.type('A reader saw sparks at the mast.')
    await mod.page.getByRole('button', { name: 'Send to the desk' }).click()
    await mod.page.getByText('The desk has it').waitFor(patient)
    assert.equal((await posts(story.id)).length, 0)
    const ed = await enter(b, it, 'Ed Itor')
    await ed.page.goto(`${it.url}/newsroom/live`)
    await ed.page.locator('#main').getByText('1 contribution waits').waitFor(patient)
    await ed.page.getByRole('link', { name: story.headline }).click()
    await ed.page.getByRole('button', { name: /^Contributions/ }).click()
    const sent = ed.page.locator('.post', { hasText: 'A reader saw sparks' })
    await sent.getByRole('button', { name: 'Publish', exact: true }).click()
    await until('it is not out', async () => (await posts(story.id)).length === 1)
    await mod.page.locator('.posts').getByText('A reader saw sparks').waitFor(patient) // softly, where she is
    await mod.close()
    await ed.close()
  })

  test('two edit one post: other parts come together, the same part is a choice; it is corrected and unpublished', async () => {
    const story = await storm()
    const made = await it.call('POST', `/articles/${story.id}/posts`, { state: 'published', headline: 'Three tugs', body_html: '<p>Three tugs are out.</p>' })
    const { page, close } = await enter(b, it, 'Fay Moor')
    await open(page, story.id)
    const post = page.locator(`.post`, { hasText: 'tugs' }).first()
    const act = async (name) => { await post.getByRole('button', { name: /^What to do with/ }).click(); await page.getByRole('menuitem', { name, exact: true }).click() }
    await act('Edit')
    await page.locator('.post-edit').getByRole('textbox', { name: 'Headline' }).fill('Four tugs')
    await it.call('PATCH', `/articles/${story.id}/posts/${made.id}`, { tags: ['tugs'] }, { 'If-Match': '*' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await until('both are not there', async () => { const [p] = await posts(story.id); return p.headline === 'Four tugs' && p.tags[0] === 'tugs' })
    await post.getByRole('heading', { name: 'Four tugs' }).waitFor(patient)
    await act('Edit')
    await page.locator('.post-edit').getByRole('textbox', { name: 'Headline' }).fill('Five tugs')
    await it.call('PATCH', `/articles/${story.id}/posts/${made.id}`, { headline: 'Six tugs' }, { 'If-Match': '*' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.locator('.conflicts').getByText('Six tugs').waitFor(patient)
    await page.locator('.conflicts').getByText('Five tugs').waitFor(patient)
    await shot(page, 'live-both')
    await page.getByRole('button', { name: 'Keep mine: Headline' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await until('one\'s own is not there', async () => (await posts(story.id))[0].headline === 'Five tugs')
    await post.getByRole('heading', { name: 'Five tugs' }).waitFor(patient)
    await act('Correct with a note')
    await page.getByLabel('What was wrong').fill('There were five.')
    await page.getByRole('button', { name: 'Publish the correction' }).click()
    await page.getByText('There were five.').waitFor(patient)
    await act('Pin')
    await page.locator('.post[data-pinned]').waitFor(patient)
    await act('Unpublish')
    await page.getByRole('button', { name: 'Unpublish', exact: true }).click()
    await page.getByText('Nothing has been posted yet.').waitFor(patient)
    assert.equal((await posts(story.id, 'withdrawn')).length, 1)
    assert.deepEqual((await seen(page)).policy, [])
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing at the box in ${locale}`, async () => {
      const story = await storm()
      await it.call('POST', `/articles/${story.id}/posts`, { state: 'published', pinned: true, key_event: true, headline: 'The mole is closed', body_html: '<p>Nobody may go there.</p><blockquote><p>Stay away.</p></blockquote>' })
      await it.call('POST', `/articles/${story.id}/posts`, { state: 'published', poll: { question: 'Should it close?', options: [{ text: 'Yes' }, { text: 'No' }] } })
      await it.call('POST', `/articles/${story.id}/posts`, { state: 'published', score: { home: 'Harbour', away: 'Quay', home_points: 2, away_points: 1 }, tags: ['football'] })
      await it.call('POST', `/articles/${story.id}/posts`, { headline: 'Only a draft' })
      const { page, c } = await enter(b, it, 'Eva Lund', undefined, { locale, bypassCSP: true })
      const wrong = new Set()
      const look = looker(page, `livebox-${locale}`, wrong)
      await page.goto(`${it.url}/newsroom/live`)
      await page.locator('.live-list .row').first().waitFor(patient)
      await look('list')
      await page.goto(`${it.url}/newsroom/live/${story.id}`)
      await page.locator('.post').nth(2).waitFor(patient)
      await look('box')
      const tools = page.locator('.box-tools button')
      for (const i of [0, 2, 3, 4, 5, 6]) await tools.nth(i).click()
      await page.locator('.post-part').nth(1).waitFor(patient)
      await page.locator('.post-head button').first().click()
      await page.locator('[role=menuitem]:visible').first().click() // edit in place
      await page.locator('.post-edit').waitFor(patient)
      await look('open')
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
