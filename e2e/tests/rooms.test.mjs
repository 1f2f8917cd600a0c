// Moderators open rooms, change them in one act, pin what matters and close them; two at once are told of each other.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { arrive, enter, looker, patient } from '../lib/staff.mjs'

describe('the desk of rooms', { timeout: 600_000 }, () => {
  let it, b, home, n = 0
  before(async () => {
    it = await house()
    b = await browser()
    home = await it.defaultEdition()
    await it.call('PATCH', `/editions/${home.slug}/discussion`, { new_for: 1 }) // as the demo begins, whatever ran before
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const slug = (word) => `${word}-${Date.now() % 1e8}-${n++}`
  const open = (more = {}) => it.call('POST', '/chats', { edition: home.slug, slug: slug('quay'), name: 'Quay talk', ...more })
  const read = (room) => it.call('GET', `/chats/${room}`)
  const desk = async (page, edition = home.slug) => {
    await page.goto(`${it.url}/newsroom/community/rooms?edition=${edition}`)
    await page.locator('.twins [aria-current]', { hasText: 'Rooms' }).waitFor(patient)
  }
  const row = (page, room) => page.locator(`[data-room="${room.id}"]`)
  const until = async (what, f) => { for (let i = 0; i < 300; i++) { if (await f()) return; await new Promise((done) => setTimeout(done, 100)) } assert.fail(what) }

  test('a moderator opens a room beside a story, approves and pins what a reader writes, slows it down, and closes it', async () => {
    const story = await it.publish({ headline: `Breakwater holds ${Date.now()}` })
    const name = `Breakwater night ${Date.now()}`, address = name.toLowerCase().replaceAll(' ', '-')
    const { page, watch, close } = await enter(b, it, 'Mod Rooms', 'moderator')
    await page.locator('.rail').getByRole('link', { name: /^Community/ }).click(patient)
    await page.getByRole('link', { name: 'Rooms', exact: true }).click(patient)
    await page.getByRole('button', { name: 'Open a room' }).first().waitFor(patient)
    await page.keyboard.press('c')
    const sheet = page.getByRole('dialog', { name: 'Open a room' })
    await sheet.getByLabel('Name').fill(name)
    assert.equal(await sheet.getByLabel('Address').inputValue(), address, 'the address comes from the name')
    await sheet.getByLabel('Edition').selectOption(home.slug)
    await sheet.getByRole('combobox', { name: 'Beside a story' }).fill(story.headline)
    await sheet.getByRole('option', { name: story.headline }).click(patient)
    await sheet.getByLabel('Opens at').fill('2031-01-02T20:00')
    await sheet.getByLabel('Closes at').fill('2031-01-02T19:00')
    await sheet.getByRole('button', { name: 'Open a room' }).click()
    await sheet.getByText('A room closes after it opens.').waitFor(patient)
    await shot(page, 'rooms-wrong')
    await sheet.getByLabel('Opens at').fill('')
    await sheet.getByLabel('Closes at').fill('')
    await sheet.getByRole('button', { name: 'Open a room' }).click()
    await sheet.waitFor({ state: 'detached', ...patient })
    const room = await read(address)
    assert.equal(room.article, story.id)
    await row(page, room).getByText('The room is there.').waitFor(patient)
    await row(page, room).getByText(story.headline).waitFor(patient)

    const reader = await arrive(b, await it.person('Rea', 'reader'))
    await reader.page.goto(room.url)
    await reader.page.getByLabel('Your message').fill('Shelter: *Saltmarket School*.')
    await reader.page.getByRole('button', { name: 'Send' }).click()
    await until('nothing was said', async () => (await it.call('GET', `/moderation?queue=pending&article=${room.id}`)).items.length === 1)
    await page.goto(`${it.url}/newsroom/community?article=${room.id}`)
    const card = page.getByRole('article', { name: 'Message by Rea' })
    await card.getByText('Moderate this room').waitFor(patient)
    assert.equal(await card.getByRole('button', { name: 'Pin in the room' }).count(), 0, 'what readers do not have cannot be pinned')
    await page.keyboard.press('f')
    await page.locator('.fate', { hasText: 'Approved.' }).waitFor(patient)
    await page.keyboard.press('4')
    await card.getByRole('button', { name: 'Pin in the room' }).waitFor(patient)
    await card.click({ position: { x: 2, y: 2 } })
    await page.keyboard.press('p')
    await card.getByRole('button', { name: 'Unpin' }).waitFor(patient)
    await shot(page, 'rooms-card')
    await reader.page.locator('.pinned').getByText('Saltmarket School').waitFor(patient)

    await desk(page)
    await row(page, room).getByText('Saltmarket School').waitFor(patient)
    assert.match(await row(page, room).getByRole('link', { name: '1 message' }).getAttribute('href'), new RegExp(`article=.*${room.id}`), 'the way to what was said in it')
    await row(page, room).focus()
    await page.keyboard.press('s')
    await page.getByRole('menuitem', { name: '30 s' }).press('Enter')
    await row(page, room).locator('.room-done').getByText('Slow mode: 30 s').waitFor(patient)
    assert.equal((await read(address)).slow_mode_seconds, 30)
    await row(page, room).focus()
    await page.keyboard.press('r')
    await row(page, room).getByText('Read-only: the newsroom writes.').waitFor(patient)
    await reader.page.locator('.state').getByText('Only the newsroom writes here for now.').waitFor(patient)
    const [tab] = await Promise.all([page.waitForEvent('popup'), row(page, room).getByRole('link', { name: 'Write as the newsroom' }).click()])
    await tab.getByLabel('Your message').fill('The quay is closed tonight.')
    await tab.getByRole('button', { name: 'Send' }).click()
    await reader.page.locator('.messages').getByText('The quay is closed tonight.').waitFor(patient)
    await tab.close()
    await shot(page, 'rooms-undo')
    await page.keyboard.press('u')
    await row(page, room).getByText('As it was before.').waitFor(patient)
    assert.equal((await read(address)).state, 'open')
    await row(page, room).getByRole('button', { name: 'Unpin' }).click()
    await row(page, room).getByText('No longer pinned.').waitFor(patient)
    await row(page, room).getByRole('button', { name: 'Close', exact: true }).click()
    await row(page, room).getByText('Closed: nobody writes any more.').waitFor(patient)
    await reader.page.locator('.state').getByText('This room is closed.').waitFor(patient)
    const { state, pinned } = await read(address)
    assert.deepEqual([state, pinned], ['closed', undefined])
    for (const one of [{ watch, close }, reader]) {
      assert.deepEqual(one.watch.faults, [])
      await one.close()
    }
  })

  test('an address that is taken is said at its field, and what was typed stays', async () => {
    const room = await open()
    const { page, close } = await enter(b, it, 'Mod Again', 'moderator')
    await desk(page)
    await page.getByRole('button', { name: 'Open a room' }).first().click(patient)
    const sheet = page.getByRole('dialog', { name: 'Open a room' })
    await sheet.getByLabel('Name').fill('Another one')
    await sheet.getByLabel('Address').fill(room.slug)
    await sheet.getByRole('button', { name: 'Open a room' }).click()
    await sheet.getByText('There is a room with this address already.').waitFor(patient)
    assert.equal(await sheet.getByLabel('Address').getAttribute('aria-invalid'), 'true')
    assert.equal(await sheet.getByLabel('Name').inputValue(), 'Another one')
    await close()
  })

  test('two moderators at one room: who was later is told how it stands, and nothing is lost', async () => {
    const room = await open()
    const a = await enter(b, it, 'Mod Ana', 'moderator'), z = await enter(b, it, 'Mod Zoe', 'moderator', { serviceWorkers: 'block' })
    await z.page.route('**/events?*', (route) => route.abort()) // she hears nothing
    for (const who of [a, z]) { await desk(who.page); await row(who.page, room).waitFor(patient) }
    await row(a.page, room).getByRole('button', { name: 'Read-only' }).click()
    await row(a.page, room).getByText('Read-only: the newsroom writes.').waitFor(patient)
    await row(z.page, room).getByRole('button', { name: 'Close', exact: true }).click()
    await row(z.page, room).getByRole('alert').getByText(/Somebody changed this room meanwhile; your change was not made\. It is now: .*Read-only · Slow mode: off/).waitFor(patient)
    await shot(z.page, 'rooms-stale')
    assert.equal((await read(room.slug)).state, 'read-only')

    await row(z.page, room).getByRole('button', { name: 'Change' }).click()
    const sheet = z.page.getByRole('dialog', { name: 'Change the room' })
    await sheet.getByLabel('Name').fill('Quay talk, all night')
    await row(a.page, room).getByRole('button', { name: /^Slow mode/ }).click()
    await a.page.getByRole('menuitem', { name: '60 s' }).click()
    await row(a.page, room).locator('.room-done').getByText('Slow mode: 60 s').waitFor(patient)
    await sheet.getByRole('button', { name: 'Save' }).click()
    await sheet.getByText(/It is now: Quay talk · Read-only · Slow mode: 60 s\. What you typed is still here/).waitFor(patient)
    await shot(z.page, 'rooms-stale-form')
    await sheet.getByRole('button', { name: 'Save' }).click()
    await sheet.waitFor({ state: 'detached', ...patient })
    const now = await read(room.slug)
    assert.deepEqual([now.name, now.slow_mode_seconds, now.state], ['Quay talk, all night', 60, 'read-only'])
    await row(a.page, room).getByRole('button', { name: 'Quay talk, all night', exact: true }).waitFor(patient) // and who hears need not look again
    await a.close()
    await z.close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing on the desk of rooms in ${locale}, and nothing is scrolled sideways`, async () => {
      const all = await it.editions()
      const of = all.find((e) => e.language === locale.slice(0, 2))
      const rooms = [await open({ edition: of.slug, slow_mode_seconds: 30, keep_days: 3, closes_at: '2031-01-02T20:00:00Z', name: locale === 'ar' ? 'ليلة العاصفة' : `Long name ${'of-a-room'.repeat(7)}` }), await open({ edition: of.slug, state: 'closed', ...(locale === 'ar' ? { name: 'الميناء' } : {}) })]
      const said = await it.call('POST', `/chats/${rooms[0].slug}/messages`, { body: locale === 'ar' ? 'الملاجئ: مدرسة الملح.' : `Shelters: ${'the school, '.repeat(20)}` })
      await it.call('PATCH', `/chats/${rooms[0].slug}`, { pinned: said.id }, { 'If-Match': '*' })
      const { page, close } = await enter(b, it, 'Mod Axe', 'admin', { locale, bypassCSP: true })
      const wrong = new Set(), look = looker(page, `rooms-${locale}`, wrong)
      await page.goto(`${it.url}/newsroom/community/rooms?edition=${of.slug}`)
      await row(page, rooms[0]).locator('.room-pin').waitFor(patient)
      await look('list')
      await row(page, rooms[0]).focus()
      await page.keyboard.press('e')
      await page.getByRole('dialog').waitFor(patient)
      await look('change')
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached', ...patient })
      await page.keyboard.press('c')
      await page.getByRole('dialog').waitFor(patient)
      await look('open')
      const none = await Promise.all(all.map(async (e) => (await it.call('GET', `/chats?closed=true&edition=${e.slug}`)).items.length === 0 && e.slug))
      const empty = none.find(Boolean)
      if (empty) {
        await page.goto(`${it.url}/newsroom/community/rooms?edition=${empty}`)
        await page.locator('.empty').waitFor(patient)
        assert.equal(await page.getByRole('button', { name: locale === 'ar' ? 'فتح غرفة' : 'Open a room' }).count(), 1)
        await look('nothing')
      }
      await close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
