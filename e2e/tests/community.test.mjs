// Moderators decide on what readers say: by keyboard, two at one queue, with undo.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker, patient } from '../lib/staff.mjs'

describe('the desk of moderators', { timeout: 600_000 }, () => {
  let it, b, story
  before(async () => {
    it = await house()
    b = await browser()
    story = await it.publish({ headline: `Ferries stop ${Date.now()}` })
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  /** A reader nobody knows yet, whose first comment waits; says gives the comment. */
  const reader = async (name) => {
    const { token, id, post } = await it.reader(name)
    const say = (body, of = story) => post(`/articles/${of.id}/comments`, { body })
    return { id, name, token, say }
  }
  const state = async (c) => (await it.call('GET', `/moderation/${c.id}`)).state
  const queue = async (page, of = story) => {
    await page.goto(`${it.url}/newsroom/community?article=${of.id}`)
    await page.getByRole('heading', { name: 'Community' }).waitFor(patient)
  }
  const card = (page, text) => page.locator('article.comment-card', { hasText: text })
  const until = async (what, f) => { for (let i = 0; i < 300; i++) { if (await f()) return; await new Promise((done) => setTimeout(done, 100)) } assert.fail(what) }

  test('the first hour by keyboard: next, approve, reject with a reason, undo', async () => {
    const of = await it.publish({ headline: `Quay opens ${Date.now()}` })
    const said = []
    for (const name of ['Ada', 'Bela', 'Cleo']) said.push(await (await reader(name)).say(`${name} says that the tide was late.\nTwice.`, of))
    const { page, watch, close } = await enter(b, it, 'Mod Keys', 'moderator')
    await queue(page, of)
    const first = card(page, 'Ada says')
    await first.waitFor(patient)
    await first.getByText('New here, nothing approved yet').waitFor()
    assert.equal(await first.locator('.acts kbd').first().textContent(), 'f', 'the keys stand on the first card')
    await shot(page, 'community-queue')
    await page.keyboard.press('f')
    await page.locator('.fate', { hasText: 'Approved.' }).waitFor(patient)
    await page.locator('article.comment-card[data-chosen]', { hasText: 'Bela says' }).waitFor()
    await page.keyboard.press('d')
    const fate = page.locator('.fate', { hasText: 'Rejected.' })
    await fate.getByText('Why? The author is told.').waitFor(patient)
    await shot(page, 'community-reject')
    await page.keyboard.press('2')
    await fate.getByRole('button', { name: 'Insult', pressed: true }).waitFor(patient)
    await page.keyboard.press('9')
    await fate.getByLabel('In your own words').fill('It names a child.')
    await page.keyboard.press('Enter')
    await fate.getByText('It names a child.').waitFor(patient)
    const told = await it.call('GET', `/moderation/${said[1].id}`)
    assert.deepEqual([told.breach, told.reason], ['insult', 'It names a child.'])
    await page.keyboard.press('u')
    await card(page, 'Bela says').waitFor(patient)
    assert.deepEqual(await Promise.all(said.map(state)), ['public', 'held', 'held'])
    await page.locator('.comment-card', { hasText: 'Ada says' }).waitFor({ state: 'detached', ...patient })
    await page.locator('article.comment-card[data-chosen]', { hasText: 'Bela says' }).waitFor()
    await page.keyboard.press('j')
    await page.locator('article.comment-card[data-chosen]', { hasText: 'Cleo says' }).waitFor()
    await page.keyboard.press('z')
    await page.getByText('2 of 2').waitFor()
    await page.keyboard.press('d')
    await until('Cleo is rejected', async () => await state(said[2]) === 'rejected')
    await page.getByRole('button', { name: /^Rejected \d/ }).click()
    await card(page, 'Cleo says').waitFor(patient)
    await page.keyboard.press('4')
    await card(page, 'Ada says').waitFor(patient)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('two moderators never decide one card: the other is told, and the card leaves', async () => {
    const of = await it.publish({ headline: `Lights go out ${Date.now()}` })
    const dora = await reader('Dora')
    const one = await dora.say('The lamp was dark.', of)
    const a = await enter(b, it, 'Mod Ana', 'moderator'), z = await enter(b, it, 'Mod Zoe', 'moderator', { serviceWorkers: 'block' })
    for (const who of [a, z]) { await queue(who.page, of); await card(who.page, 'The lamp was dark.').waitFor(patient) }
    // Zoe hears nothing while her stream is cut, and presses all the same.
    await z.page.route('**/api/v1/moderation/*', (route) => route.request().method() === 'GET' ? route.abort() : route.continue())
    const second = await Promise.race([a, z].map((who) => who.page.locator('.in-hand').waitFor(patient).then(() => who)))
    await second.page.keyboard.press('f') // what another has in hand is not decided by one key
    await second.page.getByText(/ has this card in hand/).waitFor(patient)
    assert.equal(await state(one), 'held')
    await a.page.keyboard.press('f')
    await until('it is public', async () => await state(one) === 'public')
    await z.page.locator('.in-hand').waitFor({ state: 'detached', ...patient })
    await z.page.keyboard.press('d')
    await z.page.locator('.fate', { hasText: 'Mod Ana approved it.' }).waitFor(patient)
    await z.page.getByText('This was decided while you looked').waitFor()
    assert.equal(await state(one), 'public')
    await z.page.unroute('**/api/v1/moderation/*')
    // And what she hears she need not press for.
    const two = await (await reader('Emil')).say('It was lit at nine.', of)
    for (const who of [a, z]) await card(who.page, 'It was lit at nine.').waitFor(patient)
    // While Zoe has it in hand Ana stays on what she decided, until that leaves.
    await a.page.locator('article.comment-card[data-chosen]', { hasText: 'It was lit at nine.' }).waitFor(patient)
    await a.page.keyboard.press('f')
    // Either may have it in hand by now; then the first key only says so.
    await Promise.race([a.page.getByText(/ has this card in hand/).waitFor(patient).then(() => a.page.keyboard.press('f')), until('it is public', async () => await state(two) === 'public')])
    await z.page.locator('.fate', { hasText: 'Mod Ana approved it.' }).filter({ hasText: 'Emil' }).waitFor(patient)
    await z.page.getByText('Nothing waits.').waitFor(patient)
    assert.equal(await state(two), 'public')
    await a.close()
    await z.close()
  })

  test('somebody is banned, noted on, warned instead, and swept away', async () => {
    const of = await it.publish({ headline: `Fish market ${Date.now()}` })
    const fay = await reader('Fay')
    for (const body of ['Buy lamps here.', 'Buy more lamps.', 'Lamps, lamps.']) await fay.say(body, of)
    const { page, watch, close } = await enter(b, it, 'Mod Ban', 'moderator')
    await queue(page, of)
    await card(page, 'Buy lamps here.').waitFor(patient)
    await page.keyboard.press('b')
    const ask = page.getByRole('dialog', { name: 'Ban Fay?' })
    await ask.getByLabel('Reason').fill('Advertising, again and again.')
    await ask.getByRole('button', { name: 'Ban', exact: true }).click()
    await ask.waitFor({ state: 'detached', ...patient })
    await page.getByRole('button', { name: 'Fay', exact: true }).first().click()
    const about = page.getByRole('dialog')
    await about.getByText('Advertising, again and again.').first().waitFor(patient)
    await about.getByLabel('A note; readers never see it').fill('Wrote to the desk too.')
    await about.getByRole('button', { name: 'Add the note' }).click()
    await about.getByText('Mod Ban').last().waitFor(patient)
    await about.getByLabel('What holds for this reader').selectOption({ label: 'Suspended' })
    assert.notEqual(await about.getByLabel('Until').inputValue(), '', 'a suspension ends')
    await about.getByLabel('What holds for this reader').selectOption({ label: 'Warned' })
    assert.equal(await about.getByLabel('Until').inputValue(), '', 'a warning need not end')
    await about.getByLabel('Reason').fill('Keep to the fish.')
    await about.getByRole('button', { name: 'Save' }).click()
    await about.getByText('Warned · Mod Ban · Keep to the fish.').waitFor(patient)
    await about.getByRole('button', { name: 'Everything of the last hour' }).click()
    await shot(page, 'community-member')
    await about.getByRole('button', { name: 'Reject everything of the last hour' }).click()
    await about.getByText('3 comments rejected').waitFor(patient)
    await page.keyboard.press('Escape')
    await page.getByText('Nothing waits.').waitFor(patient)
    assert.equal((await it.call('GET', `/members/${fay.id}`)).restricted, 'warned')
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a flood under a story goes in one act, whoever sent it', async () => {
    const of = await it.publish({ headline: `Tram line ${Date.now()}` })
    for (const name of ['Ned', 'Ola', 'Pia']) for (const body of ['Buy rails.', 'Buy rails now.']) await (await reader(name)).say(`${body} ${name}`, of)
    const { page, watch, close } = await enter(b, it, 'Mod Flood', 'moderator')
    await queue(page, of)
    await card(page, 'Buy rails. Ned').waitFor(patient)
    await page.getByRole('button', { name: 'Reject a flood…' }).click()
    const ask = page.getByRole('dialog', { name: 'Reject much at once' })
    await ask.getByRole('button', { name: 'Everything of the last ten minutes' }).click()
    await shot(page, 'community-flood')
    await ask.getByRole('button', { name: 'Reject everything of the last ten minutes' }).click()
    await ask.getByText('6 comments rejected').waitFor(patient)
    await page.keyboard.press('Escape')
    await page.getByText('Nothing waits.').waitFor(patient)
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a reader\'s comment comes into the box of a live coverage with his name, and goes out when he has agreed', async () => {
    const live = await it.publish({ kind: 'live', headline: `Harbour watch ${Date.now()}`, body_html: undefined })
    const said = await (await reader('Dora Witness')).say('I stood at the mole at nine.\nThe gate was open.', live)
    const { page, watch, close } = await enter(b, it, 'Ed Live')
    await queue(page, live)
    await card(page, 'I stood at the mole').getByRole('button', { name: 'Into a live coverage' }).click(patient)
    await page.getByRole('menuitem').first().click()
    const box = page.getByRole('textbox', { name: 'Text of the post' })
    await box.getByText('The gate was open.').waitFor(patient)
    assert.equal(new URL(page.url()).pathname, `/newsroom/live/${live.id}`, 'its own coverage is the first')
    assert.equal(await page.getByLabel('Who sent it').inputValue(), 'Dora Witness')
    await shot(page, 'community-live')
    await box.click()
    await page.keyboard.press('Control+Enter')
    await page.getByText('agreed', { exact: false }).first().waitFor(patient)
    assert.equal((await it.call('GET', `/articles/${live.id}/posts?state=published`)).items.length, 0, 'it went out without consent')
    await page.getByLabel('Agrees to the publication').check()
    await box.click()
    await page.keyboard.press('Control+Enter')
    await until('it is not out', async () => (await it.call('GET', `/articles/${live.id}/posts?state=published`)).items.length === 1)
    const out = await (await fetch(live.url)).text()
    assert.match(out, /I stood at the mole at nine/)
    assert.match(out, /Dora Witness/)
    assert.equal(await state(said), 'held', 'the comment is decided on by itself')
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('several are selected and decided together', async () => {
    const of = await it.publish({ headline: `Old bell ${Date.now()}` })
    const said = []
    for (const name of ['Gus', 'Hana', 'Ivo']) said.push(await (await reader(name)).say(`${name} heard the bell.`, of))
    const { page, close } = await enter(b, it, 'Mod Bulk', 'moderator')
    await queue(page, of)
    for (const name of ['Gus', 'Ivo']) await page.getByRole('checkbox', { name: `Select the comment by ${name}` }).check(patient)
    await page.getByRole('group', { name: '2 selected' }).getByRole('button', { name: 'Approve' }).click()
    await until('two are public', async () => (await Promise.all(said.map(state))).join() === 'public,held,public')
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing on the queue in ${locale}`, async () => {
      const of = await it.publish({ headline: `Long words ${Date.now()}` })
      const jo = await reader('Jo'), ka = await reader('Ka')
      await jo.say('<b>See</b> https://a.example https://b.example https://c.example\nand-a-very-long-word-that-does-not-break-by-itself-and-goes-on-and-on-and-on.', of)
      await ka.say('مرحبا، هذا تعليق.', of)
      const { page, close } = await enter(b, it, 'Mod Axe', 'admin', { locale, bypassCSP: true })
      await queue2(page, of)
      const wrong = new Set(), look = looker(page, `community-${locale}`, wrong)
      await look('queue')
      await page.keyboard.press('d')
      await page.keyboard.press('9')
      await page.locator('.rejecting').waitFor(patient)
      await look('rejecting')
      await page.keyboard.press('Escape')
      await page.keyboard.press('u')
      await page.locator('article.comment-card').nth(1).waitFor(patient)
      await page.locator('.who').first().click()
      await page.locator('.member-said').first().waitFor(patient)
      await look('member')
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached', ...patient })
      await page.keyboard.press('1')
      await page.locator('.empty').waitFor(patient)
      await look('nothing')
      await close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
  const queue2 = async (page, of) => {
    await page.goto(`${it.url}/newsroom/community?article=${of.id}`)
    await page.locator('article.comment-card').nth(1).waitFor(patient)
  }
})
