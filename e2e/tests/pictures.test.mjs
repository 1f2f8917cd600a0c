// The picture desk in a real browser: files dropped in, found again, changed, shown to readers, and taken out of everything.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker, patient } from '../lib/staff.mjs'


describe('the picture desk', { timeout: 480_000 }, () => {
  let it, b, jpeg
  before(async () => {
    it = await house()
    b = await browser()
    jpeg = (await readFile(new URL('../../docs/pictures/front-ar.jpg', import.meta.url))).toString('base64')
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const desk = async (page, search = '') => {
    await page.goto(`${it.url}/newsroom/pictures${search}`)
    await page.locator('.shots[aria-busy=false]').waitFor(patient)
  }
  /** Drops files on an element, as from the desktop. */
  const drop = async (page, selector, files) => {
    const data = await page.evaluateHandle((list) => {
      const transfer = new DataTransfer()
      for (const [name, type, base64] of list) transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }))
      return transfer
    }, files)
    await page.dispatchEvent(selector, 'dragover', { dataTransfer: data })
    await page.dispatchEvent(selector, 'drop', { dataTransfer: data })
  }
  /** A picture that the newsroom has, with words of its own. */
  const picture = async (fields = {}) => {
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(jpeg, 'base64')], { type: 'image/jpeg' }), 'a.jpg')
    for (const [name, value] of Object.entries({ credit: 'Dispatch', alt: 'A page', caption: 'A page of a paper', ...fields })) form.append(name, value)
    const answer = await fetch(`${it.url}/api/v1/pictures`, { method: 'POST', body: form, headers: { Authorization: `Bearer ${it.token}`, 'Idempotency-Key': `picture-${Date.now()}-${Math.random()}` } })
    assert.equal(answer.status, 201)
    return answer.json()
  }

  test('files dropped in are there with their progress; one that is no picture says why, and takes no other with it', async () => {
    const { page, watch, close } = await enter(b, it, 'Pia Holm', 'picture-editor')
    await desk(page)
    await drop(page, '.picture-desk', [['lighthouse.jpg', 'image/jpeg', jpeg], ['notes.txt', 'text/plain', Buffer.from('no picture').toString('base64')]])
    await page.locator('.uploads .why').waitFor(patient)
    assert.match(await page.locator('.uploads').innerText(), /notes\.txt/)
    await page.locator('.uploads li').filter({ hasText: 'lighthouse.jpg' }).waitFor({ state: 'detached', ...patient })
    await page.getByRole('button', { name: 'Leave it' }).click()
    await page.locator('.uploads').waitFor({ state: 'detached' })
    const first = page.locator('.shot').first()
    await first.click()
    const caption = page.getByRole('textbox', { name: 'Caption' })
    await caption.waitFor(patient)
    const words = `Lighthouse at the pier ${Date.now()}`
    await caption.fill(words)
    await page.getByRole('textbox', { name: 'Credit' }).fill('Dispatch / Holm')
    await page.getByRole('textbox', { name: 'Alternative text' }).fill('A white tower above grey water')
    await page.getByRole('textbox', { name: 'City' }).focus()
    await page.getByText('Saved', { exact: true }).waitFor(patient)
    await page.getByRole('searchbox', { name: 'Search pictures' }).fill(words.replace('Lighthouse', 'lighthouses'))
    await page.waitForFunction(() => document.querySelectorAll('.shot').length === 1, undefined, patient)
    assert.match(page.url(), /q=/)
    await shot(page, 'pictures-desk')
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('by keyboard alone a picture is found, chosen with others, and gets its credit', async () => {
    const { page, close } = await enter(b, it, 'Kei Sand', 'picture-editor')
    const mark = `Quay${Date.now()}`
    const two = [await picture({ caption: `${mark} one` }), await picture({ caption: `${mark} two` })]
    await desk(page, `?q=${mark}`)
    await page.waitForFunction(() => document.querySelectorAll('.shot').length === 2, undefined, patient)
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.getByText('2 pictures', { exact: true }).waitFor(patient)
    await page.getByRole('form', { name: 'Change several at once' }).getByLabel('Credit').fill('Port authority')
    await page.keyboard.press('Enter')
    await page.locator('.together').waitFor({ state: 'detached', ...patient })
    for (const p of two) assert.equal((await it.call('GET', `/pictures/${p.id}`)).credit, 'Port authority')
    await page.locator('.shot').first().focus()
    await page.keyboard.press('k')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'The picture' }).waitFor(patient)
    assert.match(page.url(), /picture=/)
    await close()
  })

  test('the focal point moves by arrow keys and a crop by drag and keys; readers get both', async () => {
    const { page, watch, close } = await enter(b, it, 'Cass Orr', 'picture-editor')
    const p = await picture({ caption: `Cropped ${Date.now()}` })
    const before = p.renditions.find((r) => r.name === 'c320').url
    await desk(page, `?picture=${p.id}`)
    const point = page.getByRole('button', { name: 'Focal point, 50 % from the left, 50 % from above' })
    await point.focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowUp')
    await page.keyboard.press('ArrowRight')
    await page.getByRole('button', { name: 'Focal point, 51 % from the left, 20 % from above' }).waitFor(patient)
    await page.getByText('1:1', { exact: true }).first().click()
    const frame = page.getByRole('button', { name: /^Crop 1:1/ })
    await frame.waitFor(patient)
    await frame.scrollIntoViewIfNeeded()
    const box = await frame.boundingBox()
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x - 400, box.y + box.height / 2, { steps: 4 })
    await page.mouse.up()
    await frame.focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('-')
    await shot(page, 'pictures-crop')
    await page.getByRole('button', { name: 'Save the crops' }).click()
    await page.getByRole('button', { name: 'Save the crops' }).waitFor({ state: 'detached', ...patient })
    const saved = await it.call('GET', `/pictures/${p.id}`)
    assert.ok(Math.abs(saved.focal.x - 0.51) < 0.001 && Math.abs(saved.focal.y - 0.2) < 0.001, JSON.stringify(saved.focal))
    assert.equal(saved.crops.length, 1)
    const [crop] = saved.crops
    assert.equal(crop.ratio, '1:1')
    assert.ok(crop.x < 0.1 && crop.width < 1, JSON.stringify(crop))
    assert.notEqual(saved.renditions.find((r) => r.name === 'c320').url, before, 'the 3:2 crop did not follow the focal point')
    const square = saved.renditions.find((r) => r.name === 'q800')
    assert.equal(square.width, square.height)
    const story = await it.publish({ headline: `Cropped story ${Date.now()}`, picture: p.id })
    const html = await (await fetch(story.url)).text()
    assert.ok(html.includes(new URL(square.url).pathname), 'search engines do not get the square')
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('a kill shows what it will touch, and no page, file or list has the picture afterwards', async () => {
    const { page, close } = await enter(b, it, 'Ute Vahl', 'picture-editor')
    const p = await picture({ caption: `Killed ${Date.now()}` })
    const story = await it.publish({ headline: `The crane ${Date.now()}`, picture: p.id })
    const file = p.renditions.find((r) => r.name === 'w640').url
    assert.match(await (await fetch(story.url)).text(), new RegExp(p.id))
    assert.equal((await fetch(file)).status, 200)
    await desk(page, `?picture=${p.id}`)
    await page.getByRole('button', { name: 'Kill the picture' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText('1 published story shows it').waitFor(patient)
    await sheet.getByText(story.headline).waitFor(patient)
    assert.ok(await sheet.getByRole('button', { name: 'Kill it everywhere' }).isDisabled(), 'a kill needs a reason')
    await sheet.getByLabel('Why, for the desk').fill('The agency asks for it')
    await shot(page, 'pictures-kill')
    await sheet.getByRole('button', { name: 'Kill it everywhere' }).click()
    await page.getByText('The agency asks for it').waitFor(patient)
    assert.doesNotMatch(await (await fetch(story.url)).text(), new RegExp(p.id))
    assert.equal((await fetch(file)).status, 410)
    await desk(page, `?killed=true`)
    await page.locator('.shot').first().waitFor(patient)
    assert.match(await page.locator('.shot').first().innerText(), /Killed/)
    await close()
  })

  test('a picture whose rights are over says so in place of what nobody may see, and is back when they go on', async () => {
    const { page, close } = await enter(b, it, 'Ute Vahl', 'picture-editor')
    const p = await picture({ caption: `Lent ${Date.now()}` })
    await it.call('PATCH', `/pictures/${p.id}`, { expires_at: new Date(Date.now() - 60_000).toISOString() }, { 'If-Match': '*' })
    await desk(page, `?rights=over&picture=${p.id}`)
    const panel = page.getByRole('complementary', { name: 'The picture' })
    await panel.getByText('nobody is shown the file').waitFor(patient)
    const small = page.locator('.shot', { hasText: p.caption })
    assert.equal(await small.locator('img').count() + await panel.locator('img').count(), 0, 'a file that nobody gets is asked for')
    assert.match(await small.locator('.frame').innerText(), /Rights over/)
    await shot(page, 'pictures-over')
    await panel.getByLabel('Rights end').fill('2099-01-01T12:00')
    await panel.getByLabel('Terms of use').focus()
    await panel.locator('img').first().waitFor(patient)
    await close()
  })

  test('a caption that two change waits for a choice; without a network, and in a tab that dies, nothing that was typed is lost', async () => {
    const { page, c } = await enter(b, it, 'Ida Moor', 'picture-editor')
    const p = await picture({ caption: 'The pier' })
    await it.publish({ headline: `The pier ${Date.now()}`, picture: p.id })
    const there = async (caption) => { for (const end = Date.now() + patient.timeout; (await it.call('GET', `/pictures/${p.id}`)).caption !== caption;) { assert.ok(Date.now() < end, `the caption is not ${caption}`); await new Promise((done) => setTimeout(done, 50)) } }
    await desk(page, `?picture=${p.id}`)
    const caption = page.getByRole('textbox', { name: 'Caption' })
    await caption.fill('The pier at noon')
    await page.getByText('Kept here; saved when you leave the field').waitFor(patient)
    await it.call('PATCH', `/pictures/${p.id}`, { caption: 'The old pier', alt: 'Planks' })
    await caption.blur()
    const choice = page.getByRole('group', { name: 'Caption' })
    await choice.getByText('The old pier').waitFor(patient)
    assert.equal(await page.getByRole('textbox', { name: 'Alternative text' }).inputValue(), 'Planks')
    assert.equal((await it.call('GET', `/pictures/${p.id}`)).caption, 'The old pier')
    await shot(page, 'pictures-clash')
    await choice.getByRole('button', { name: 'Keep mine' }).click()
    await there('The pier at noon')

    await c.setOffline(true)
    await caption.fill('The pier at night')
    await caption.blur()
    await page.getByText('Offline, 1 change kept here').waitFor(patient)
    await c.setOffline(false)
    await there('The pier at night')
    await page.getByText('Saved', { exact: true }).waitFor(patient)

    await page.route('**/api/v1/pictures/*', (route) => route.request().method() === 'PATCH' ? route.abort() : route.continue())
    await caption.fill('The pier at dawn')
    await caption.blur()
    await page.getByText('Offline, 1 change kept here').waitFor(patient)
    const next = await c.newPage()
    const dies = page.waitForEvent('crash', patient)
    void (await c.newCDPSession(page)).send('Page.crash').catch(() => undefined)
    await dies
    await next.goto(`${it.url}/newsroom/`)
    await next.getByRole('region', { name: 'Words about 1 picture are kept in this browser only' }).getByRole('link', { name: 'The pier at dawn' }).click(patient)
    await next.getByText('that had not been sent are back').waitFor(patient)
    await there('The pier at dawn')
    await c.close()
  })

  test('a story takes its main picture from those that are there', async () => {
    const { page, close } = await enter(b, it, 'Rosa Imber', 'editor')
    const mark = `Beacon${Date.now()}`
    const p = await picture({ caption: `${mark} at night` })
    await page.getByRole('button', { name: 'New story' }).click()
    await page.getByRole('textbox', { name: 'Headline', exact: true }).waitFor(patient)
    const id = page.url().split('/').at(-1)
    await page.getByRole('button', { name: 'Picture', exact: true }).click()
    await page.getByRole('button', { name: 'Choose from pictures' }).click()
    await page.getByRole('dialog').getByRole('searchbox').fill(mark)
    await page.getByRole('dialog').getByRole('button', { name: new RegExp(mark) }).click()
    for (const end = Date.now() + 45_000; (await it.call('GET', `/articles/${id}`)).picture !== p.id;) {
      assert.ok(Date.now() < end, 'the story has no picture')
      await page.waitForTimeout(100)
    }
    await close()
  })

  test('a reporter sees what is said of another\'s picture in a story of hers, and is offered no field that would not be saved', async () => {
    const { page, close } = await enter(b, it, 'Rhea Post', 'reporter')
    const p = await picture({ credit: '' })
    await page.getByRole('button', { name: 'New story' }).click()
    await page.getByRole('textbox', { name: 'Headline', exact: true }).waitFor(patient)
    const id = page.url().split('/').at(-1)
    await it.call('PATCH', `/articles/${id}`, { picture: p.id, body: { type: 'doc', content: [{ type: 'picture', attrs: { id: p.id } }] } }, { 'If-Match': '*' })
    await page.reload()
    await page.locator('.leaf.picture').getByText('Without a credit it cannot be published').waitFor(patient)
    await page.getByRole('button', { name: 'Picture', exact: true }).click(patient)
    await page.locator('.panel fieldset textarea').first().waitFor(patient)
    assert.deepEqual(await page.locator('.panel fieldset').getByRole('textbox').evaluateAll((all) => all.map((f) => f.matches(':disabled'))), [true, true, true])
    assert.equal(await page.locator('.leaf.picture').getByRole('textbox', { name: 'Credit', exact: true }).count(), 0)
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing at the picture desk in ${locale}`, async () => {
      const { page, c } = await enter(b, it, 'Axel Rue', 'editor', { locale, bypassCSP: true })
      const wrong = new Set()
      const look = looker(page, `pictures-${locale}`, wrong)
      await desk(page)
      await look('pictures')
      await page.locator('.shot').first().click()
      await page.locator('.danger button').waitFor(patient)
      await look('pictures-open')
      await page.locator('.danger button').click()
      await page.getByRole('dialog').waitFor(patient)
      await look('pictures-kill')
      await c.close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
