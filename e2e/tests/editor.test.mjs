// The text of a story in a real browser: finding and replacing, our own stories, things elsewhere, and how it will look.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, looker, patient } from '../lib/staff.mjs'


describe('the editor', { timeout: 480_000 }, () => {
  let it, b, edition, section
  before(async () => {
    it = await house()
    b = await browser()
    edition = (await it.defaultEdition()).slug
    section = (await it.sections(edition))[0].slug
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const text = (page) => page.locator('.body[contenteditable=true]')
  const open = async (page, fields) => {
    const a = await it.call('POST', '/articles', { edition, section, headline: `Editor ${Date.now()}`, ...fields })
    await page.goto(`${it.url}/newsroom/stories/${a.id}`)
    await text(page).waitFor(patient)
    return a
  }
  const until = async (what, f) => {
    for (const end = Date.now() + 45_000; !await f();) {
      assert.ok(Date.now() < end, what)
      await new Promise((done) => setTimeout(done, 50))
    }
  }
  const body = async (id) => JSON.stringify((await it.call('GET', `/articles/${id}`)).body ?? {})

  test('words are found, counted, replaced one by one and all at once, and undo brings them back', async () => {
    const { page, close } = await enter(b, it, 'Fay Moss')
    const a = await open(page, { body_html: '<p>The ferry waits. A Ferry sails.</p><ul><li>No ferry today</li></ul>' })
    await text(page).click()
    await page.keyboard.press('Control+f')
    await page.getByRole('textbox', { name: 'Find', exact: true }).fill('ferry')
    await page.getByText(/^\d of 3$/).waitFor(patient)
    await page.getByRole('checkbox', { name: 'Match case' }).check()
    await page.getByText(/^\d of 2$/).waitFor(patient)
    await page.getByRole('checkbox', { name: 'Match case' }).uncheck()
    await shot(page, 'editor-find')
    await page.getByRole('textbox', { name: 'Replace with' }).fill('tram')
    await page.getByRole('button', { name: 'Replace all' }).click()
    await page.getByText('Not found').waitFor(patient)
    await until('all are replaced', async () => (await body(a.id)).includes('The tram waits. A tram sails.'))
    await page.keyboard.press('Escape')
    await text(page).click()
    await page.keyboard.press('Control+z')
    await until('undo brings them back in one step', async () => (await body(a.id)).includes('The ferry waits. A Ferry sails.') && (await body(a.id)).includes('No ferry today'))
    await close()
  })

  test('a story of ours is linked by words of its headline, and related ones are put in order', async () => {
    const word = `weir${Date.now().toString(36)}`
    const one = await it.publish({ headline: `First ${word} opens` })
    const two = await it.publish({ headline: `Second ${word} closes` })
    const { page, close } = await enter(b, it, 'Lea Roth')
    const a = await open(page, { body_html: '<p>See the weir.</p>' })
    await text(page).click()
    await page.keyboard.press('Control+a')
    await page.getByRole('button', { name: 'Link' }).click()
    await page.getByRole('combobox', { name: /words of a headline/ }).fill(`first ${word.slice(0, 8)}`)
    await page.getByRole('option', { name: new RegExp(one.headline) }).click()
    await until('the link leads to the story', async () => (await body(a.id)).includes(new URL(one.url).pathname))
    const field = page.getByRole('combobox', { name: 'Search stories by headline' })
    for (const s of [one, two]) {
      await field.fill(s.headline)
      await page.getByRole('option', { name: new RegExp(s.headline) }).click()
    }
    await page.getByRole('button', { name: `Move up: ${two.headline}` }).click()
    await until('the second stands first', async () => JSON.stringify((await it.call('GET', `/articles/${a.id}`)).related) === JSON.stringify([two.id, one.id]))
    await shot(page, 'editor-related')
    await close()
  })

  test('the menu of blocks stays on the page, and a phone has one line of panels that shows there is more', async () => {
    const { page, close } = await enter(b, it, 'Una Low', 'editor', { viewport: { width: 1280, height: 800 } })
    await open(page, { body_html: '<p>Water.</p>'.repeat(40) })
    await page.getByRole('button', { name: 'Later', exact: true }).click()
    const menu = page.getByRole('listbox', { name: 'Insert' })
    const ask = async () => {
      await text(page).click()
      await page.keyboard.press('Control+End')
      await page.keyboard.press('Enter')
      await page.keyboard.type('/')
      await menu.waitFor(patient)
      const { y, height } = await menu.boundingBox()
      const line = await text(page).locator('p').last().boundingBox()
      assert.ok(y >= 0 && y + height <= page.viewportSize().height, `the menu reaches from ${y} to ${y + height}`)
      assert.ok(y >= line.y + line.height - 8 || y + height <= line.y + 8, 'the menu covers the line')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Backspace')
    }
    await ask()
    await page.setViewportSize({ width: 390, height: 420 }) // a keyboard takes half of a phone
    await ask()
    await page.keyboard.type('/') // in the line that was left empty
    await menu.waitFor(patient)
    await page.keyboard.press('ArrowUp')
    await page.waitForFunction(() => {
      const last = document.querySelector('.slash [aria-selected=true]')?.getBoundingClientRect()
      const box = document.querySelector('.slash')?.getBoundingClientRect()
      return last && box && last.bottom <= box.bottom + 1
    }, undefined, patient)
    await page.keyboard.press('Escape')
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 700 })
      const strip = page.getByRole('toolbar', { name: 'Story' })
      assert.ok((await strip.boundingBox()).height < 90, `${width}: the tools of a story take ${(await strip.boundingBox()).height} pixels`)
      await text(page).locator('p').nth(30).click() // far down: the signs stay in view below the tools
      await page.waitForFunction(() => {
        const [tools, signs] = ['.of-story', '.format'].map((s) => document.querySelector(s).getBoundingClientRect())
        return Math.abs(signs.top - tools.bottom) < 2
      }, undefined, patient)
      for (const at of ['.panels', '.rail']) await page.waitForFunction((s) => document.querySelector(s).hasAttribute('data-after') || document.querySelector(s).hasAttribute('data-before'), at, patient)
      await shot(page, `editor-tools-${width}`)
    }
    await close()
  })

  test('a picture of the text comes from the same picker as the main one: searched, brought in, or nothing at all', async () => {
    const { page, close } = await enter(b, it, 'Pip Dorn')
    const a = await open(page, { body_html: '<p>A ferry.</p>' })
    const dialog = page.getByRole('dialog', { name: 'Choose a picture' })
    const ask = async (word) => {
      await text(page).click()
      await page.keyboard.press('Control+End')
      await page.keyboard.press('Enter')
      await page.keyboard.type(`/${word}`)
      await page.getByRole('listbox', { name: 'Insert' }).waitFor(patient)
      await page.waitForFunction(() => document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.getAttribute('aria-selected') === 'true', undefined, patient) // the text says which block is chosen
      await page.keyboard.press('Enter')
    }
    await ask('picture')
    await dialog.getByRole('searchbox', { name: 'Search pictures' }).waitFor(patient)
    await shot(page, 'editor-picker')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ ...patient, state: 'detached' })
    await page.waitForFunction(() => document.activeElement?.classList.contains('body'), undefined, patient)
    assert.ok(!(await text(page).textContent()).includes('/picture'))
    await ask('picture')
    const first = dialog.getByRole('list', { name: 'Pictures to choose from' }).getByRole('button').first()
    await first.waitFor(patient)
    await first.focus()
    await page.keyboard.press('Enter')
    await until('the picture stands in the text', async () => (await body(a.id)).includes('"picture"'))
    await ask('gallery')
    const many = page.getByRole('dialog', { name: 'Choose pictures' })
    for (const n of [0, 1]) await many.getByRole('list', { name: 'Pictures to choose from' }).getByRole('button').nth(n).click(patient)
    await many.getByRole('button', { name: 'Use these' }).click()
    await until('the gallery stands in the text', async () => /"gallery".*"pictures":\["[^"]+","[^"]+"\]|"pictures":\["[^"]+","[^"]+"\].*"gallery"/.test(await body(a.id)))
    await close()
  })

  test('a table grows and shrinks where the cursor is, and a fact box has a title', async () => {
    const { page, close } = await enter(b, it, 'Tab Lowe')
    const a = await open(page, { body_html: '<p>Ferries.</p>' })
    const insert = async (word) => {
      await text(page).locator(':scope > p').last().click()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await page.keyboard.type(`/${word}`)
      await page.getByRole('listbox', { name: 'Insert' }).waitFor(patient)
      await page.keyboard.press('Enter')
    }
    await insert('fact')
    await page.keyboard.type('Two decks.')
    await page.getByRole('textbox', { name: 'Title of the box' }).fill('In short')
    await insert('table')
    for (const [i, word] of ['Year', 'Boats', '2024', '12', '2025'].entries()) { // behind the last cell comes a row
      if (i > 0) await page.keyboard.press('Tab')
      await page.keyboard.type(word)
    }
    const act = async (name) => {
      await page.getByRole('button', { name: 'Table', exact: true }).click()
      await page.getByRole('menuitem', { name }).click()
      await page.waitForFunction(() => document.activeElement?.matches('.body'), undefined, patient) // the cursor is back in the text
    }
    await act('Column after')
    await page.locator('.body tr').nth(1).locator('td').first().click()
    await act('Remove the row')
    const rows = async () => (JSON.parse(await body(a.id)).content ?? []).find((n) => n.type === 'table')?.content?.map((r) => r.content.map((c) => `${c.type === 'tableHeader' ? '!' : ''}${c.content[0].content?.[0].text ?? ''}`).join('|')).join(' / ')
    let now
    await until('the table is as it was made', async () => (now = await rows()) === '!Year|!|!Boats / 2025||').catch((e) => { throw new Error(`${e.message}: ${now}`) })
    const box = JSON.parse(await body(a.id)).content.find((n) => n.type === 'factBox')
    assert.equal(box.attrs?.title, 'In short')
    assert.match(JSON.stringify(box), /Two decks\./)
    await close()
  })

  test('pictures dropped into the text stand where they fell, in their order, and ask for the credit that they lack', async () => {
    const { page, close } = await enter(b, it, 'Dot Reyes')
    const a = await open(page, { body_html: '<p>Where the pictures go.</p><p>Where one writes on.</p>' })
    await text(page).locator('p').last().click()
    await page.keyboard.press('End')
    await page.evaluate(async () => {
      const carried = new DataTransfer()
      for (const [i, colour] of ['#803020', '#208030', '#203080'].entries()) {
        const canvas = new OffscreenCanvas(300 + i, 200)
        const pen = canvas.getContext('2d')
        pen.fillStyle = colour
        pen.fillRect(0, 0, 400, 200)
        carried.items.add(new File([await canvas.convertToBlob({ type: 'image/jpeg' })], `${i}.jpg`, { type: 'image/jpeg' }))
      }
      const line = document.querySelector('.body p')
      const { x, y } = line.getBoundingClientRect()
      line.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true, clientX: x + 60, clientY: y + 8 }))
    })
    await page.keyboard.type(' And on.')
    const kinds = async () => (JSON.parse(await body(a.id)).content ?? []).map((n) => n.type).join()
    await until('the pictures stand after the first paragraph', async () => await kinds() === 'paragraph,picture,picture,picture,paragraph')
    const story = JSON.parse(await body(a.id))
    assert.equal(story.content[4].content[0].text, 'Where one writes on. And on.')
    const pictures = await Promise.all(story.content.slice(1, 4).map((n) => it.call('GET', `/pictures/${n.attrs.id}`)))
    assert.deepEqual(pictures.map((p) => p.width), [300, 301, 302])
    const credit = page.getByRole('textbox', { name: 'Credit', exact: true }).first()
    await credit.fill('Dispatch / Dot Reyes')
    await credit.press('Enter')
    await until('the credit is the picture\'s', async () => (await it.call('GET', `/pictures/${pictures[0].id}`)).credit === 'Dispatch / Dot Reyes')
    await page.evaluate(async () => {
      const carried = new DataTransfer()
      const canvas = new OffscreenCanvas(310, 200)
      canvas.getContext('2d').fillRect(0, 0, 310, 200)
      carried.items.add(new File([await canvas.convertToBlob({ type: 'image/jpeg' })], 'main.jpg', { type: 'image/jpeg' }))
      document.querySelector('.headline').dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }))
    })
    await until('what falls on the headline is the main picture', async () => { const { picture } = await it.call('GET', `/articles/${a.id}`); return picture && (await it.call('GET', `/pictures/${picture}`)).width === 310 })
    assert.equal(await kinds(), 'paragraph,picture,picture,picture,paragraph')
    await close()
  })

  test('what must not be kept is erased from what readers had, with its reason, apart from a withdrawal', async () => {
    const { page, close } = await enter(b, it, 'Nan Boyd')
    const a = await it.publish({ headline: `A name too many ${Date.now()}`, body_html: '<p>The boy is called Unspeakable.</p>' })
    await it.update(a.id, { body_html: '<p>The boy is not named.</p>' }, 'minor', '')
    await it.call('PUT', `/articles/${a.id}/branches/elsewhere`, { base: 1, lead: 'Not taken yet.' })
    await page.goto(`${it.url}/newsroom/stories/${a.id}`)
    await page.getByRole('button', { name: 'Versions', exact: true }).click(patient)
    const had = page.getByRole('list', { name: 'What readers had' })
    await had.waitFor(patient)
    assert.equal(await had.getByRole('button').count(), 1, 'what readers have now cannot be erased')
    await had.getByRole('button', { name: 'Erase the text of no. 1' }).click()
    const dialog = page.getByRole('dialog', { name: 'Erase the text of no. 1' })
    assert.ok(await dialog.getByRole('button', { name: 'Erase it for good' }).isDisabled())
    await dialog.getByText(/^1 branch is deleted with it, with words of ./).waitFor(patient)
    await dialog.getByRole('textbox', { name: 'Why, for readers' }).fill('By order of a court.')
    await dialog.getByRole('button', { name: 'Erase it for good' }).click()
    await had.getByText(/^Text erased/).waitFor(patient)
    await had.getByText('By order of a court.').waitFor(patient)
    await page.locator('.branch').waitFor({ ...patient, state: 'detached' })
    assert.ok(!JSON.stringify(await it.call('GET', `/articles/${a.id}/revisions`)).includes('Unspeakable'))
    await close()
  })

  test('an address of a known service pasted alone becomes an embed, and any other a link', async () => {
    const { page, close } = await enter(b, it, 'Ema Holt')
    const a = await open(page, { body_html: '' })
    const paste = (words) => text(page).evaluate((el, w) => {
      const data = new DataTransfer()
      data.setData('text/plain', w)
      el.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    }, words)
    await text(page).click()
    await paste('https://youtu.be/abc123XYZ_-')
    await page.getByText('Readers load it with a click, and nothing of it before.').waitFor(patient)
    await until('it is an embed', async () => (await body(a.id)).includes('"embed"'))
    await page.route('**/api/v1/documents', () => undefined) // a server that does not answer
    await text(page).click()
    await page.keyboard.press('Control+End')
    await paste('https://example.org/ice')
    await until('it is a link', async () => /"href":"https:\/\/example.org\/ice"/.test(await body(a.id)))
    await close()
  })

  test('what is pasted stands where it was pasted, and what is typed meanwhile or next takes nothing of it', async () => {
    const { page, close } = await enter(b, it, 'Pas Tell')
    const a = await open(page, { body_html: '<p>Before.</p>' })
    const paste = (data) => page.evaluate((all) => {
      const carried = new DataTransfer()
      for (const [type, value] of Object.entries(all)) carried.setData(type, value)
      document.querySelector('.body').dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true }))
    }, data)
    let answer
    const asked = new Promise((done) => { answer = done })
    await page.route('**/api/v1/documents', async (route) => { await asked; await route.continue() })
    await text(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Enter')
    await paste({ 'text/plain': 'https://www.youtube.com/watch?v=dQw4w9WgXcQ' })
    await page.keyboard.type('Typed meanwhile.')
    answer()
    const kinds = async () => (JSON.parse(await body(a.id)).content ?? []).map((n) => n.content?.[0]?.text ?? n.type).join(' | ')
    await until('the embed stands before what was typed', async () => await kinds() === 'Before. | embed | Typed meanwhile.')
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Enter')
    await paste({ 'text/plain': 'https://www.youtube.com/watch?v=oHg5SJYRHA0' })
    await until('the second embed stands last', async () => await kinds() === 'Before. | embed | Typed meanwhile. | embed')
    await page.keyboard.type('Typed next.')
    await until('it stands below', async () => await kinds() === 'Before. | embed | Typed meanwhile. | embed | Typed next.')
    await close()
  })

  test('a paragraph turns right to left inside a story that reads the other way', async () => {
    const { page, close } = await enter(b, it, 'Dia Nour')
    const a = await open(page, { body_html: '<p>قال الحارس نعم</p>' })
    await text(page).click()
    await page.getByRole('button', { name: 'Direction of this paragraph' }).click()
    await until('it is right to left', async () => (await body(a.id)).includes('"dir":"rtl"'))
    assert.equal(await page.locator('.body p').first().evaluate((e) => getComputedStyle(e).direction), 'rtl')
    await close()
  })

  test('the preview is the page that readers would have, framed safely, with the cards of other sites', async () => {
    const { page, watch, close } = await enter(b, it, 'Pia Vale')
    const a = await open(page, { headline: 'Preview of a pier', lead: 'It stands on oak.', body_html: '<p>Nobody has read this.</p>' })
    await page.getByRole('textbox', { name: 'Lead' }).fill('It stands on old oak.')
    await page.getByRole('button', { name: 'Preview' }).click()
    const frame = page.frameLocator('iframe')
    await frame.getByText('Nobody has read this.').waitFor(patient)
    await frame.getByText('It stands on old oak.').first().waitFor(patient)
    await shot(page, 'editor-preview')
    await page.getByText('Phone', { exact: true }).click()
    await page.locator('.previewpage.phone').waitFor(patient)
    await shot(page, 'editor-preview-phone')
    await page.getByText('Social', { exact: true }).click()
    await page.locator('.socialcard').getByText('Preview of a pier').waitFor(patient)
    await page.getByText('Search', { exact: true }).click()
    await page.locator('.searchline').getByText(/^Preview of a pier \| /).waitFor(patient)
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.getByRole('dialog').waitFor({ ...patient, state: 'detached' })
    assert.equal((await it.call('GET', `/articles/${a.id}`)).state, 'draft')
    assert.deepEqual(watch.faults.filter((f) => !/sandbox|script/i.test(f)), [])
    await close()
  })

  test('a story is translated beside its source, and a correction of the source is shown and compared', async () => {
    const other = (await it.editions()).find((e) => e.slug !== edition && e.language === 'es')
    assert.ok(other, 'there is a Spanish edition')
    const source = await it.publish({ headline: `The fare is 14.20 ${Date.now()}`, body_html: '<p>The fare is 14.20 from Monday.</p><p>Children pay half.</p>' })
    const { page, watch, close } = await enter(b, it, 'Tea Ruiz')
    await page.goto(`${it.url}/newsroom/stories/${source.id}`)
    await page.locator('.body').waitFor(patient)
    await page.getByRole('button', { name: 'Translations' }).click()
    await page.getByRole('button', { name: 'Translate into' }).click()
    await page.getByRole('menuitem', { name: other.name }).click()
    const beside = page.getByRole('region', { name: 'Source' })
    await beside.getByText('The fare is 14.20 from Monday.').waitFor(patient)
    const id = page.url().split('/').at(-1)
    assert.equal((await it.call('GET', `/articles/${id}`)).translation_of, source.id)
    assert.equal(await text(page).getAttribute('lang'), 'es')
    await text(page).click()
    await page.keyboard.type('La tarifa es 14,20 desde el lunes.')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Los niños pagan la mitad.')
    await page.locator('.translated [data-here]').getByText('Children pay half.').waitFor(patient)
    await shot(page, 'editor-translation')
    await it.update(source.id, { body_html: '<p>The fare is 12.40 from Monday.</p><p>Children pay half.</p>' }, 'correction', 'The fare was wrong.')
    await until('the words are saved', async () => (await body(id)).includes('Los niños pagan la mitad.'))
    await page.reload()
    await page.getByText(/^Source corrected \d\d:\d\d, compare$/).waitFor(patient)
    await page.getByRole('button', { name: 'What changed in the source' }).click()
    await page.locator('.compare del').getByText('14.20').waitFor(patient)
    await page.locator('.compare ins').getByText('12.40').waitFor(patient)
    await shot(page, 'editor-stale')
    await page.getByRole('button', { name: 'The translation says it too' }).click()
    await page.getByText(/^Source corrected/).waitFor({ ...patient, state: 'detached' })
    assert.ok((await body(id)).includes('Los niños pagan la mitad.'))
    assert.deepEqual(watch.faults, [])
    await close()
  })

  test('by the keyboard alone: Enter leads from the headline to the text, Ctrl+Enter publishes and breaks no line, and a withdrawal is nobody\'s takeover', async () => {
    const { page, close } = await enter(b, it, 'Keb Marsh', 'editor')
    const { id } = await open(page, {})
    await page.waitForFunction(() => document.querySelector('.canvas[data-empty]') && document.activeElement.classList.contains('headline'), undefined, patient)
    await shot(page, 'editor-empty')
    for (const [i, words] of [' by keys', 'The lead.', 'Rye', 'Harbour office', 'Keb Marsh', 'The last boat left.'].entries()) {
      if (i > 0) await page.keyboard.press('Enter')
      await page.keyboard.type(words)
    }
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Publish now' }).click(patient)
    await page.getByText(/^Live \d\d:\d\d:\d\d$/).waitFor(patient)
    const a = await it.call('GET', `/articles/${id}`)
    assert.deepEqual([a.lead, a.dateline.place, a.dateline.source, a.byline[0].name], ['The lead.', 'Rye', 'Harbour office', 'Keb Marsh'])
    assert.ok(JSON.stringify(a.body).includes('The last boat left.'), 'the text has no line end in it')
    await page.reload() // nothing of what is published was kept here as words that were not sent
    await page.getByRole('button', { name: 'Update', exact: true }).click(patient)
    assert.equal(await page.getByText(/had not been sent/).count(), 0)
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('radio', { name: 'Correction' }).check(patient)
    await sheet.getByLabel('Not now but at').fill('2190-01-01T10:00')
    await sheet.getByText(/^Corrects the story in .+ at .+ and says so under the lead\.$/).waitFor(patient)
    await sheet.getByLabel('Embargo until').fill('2190-01-01T12:00')
    await sheet.getByText('It goes out when the embargo ends, not before.').waitFor(patient)
    await sheet.getByText('This stops it', { exact: true }).waitFor(patient)
    await sheet.getByLabel('Not now but at').fill('2190-01-01T13:00')
    await sheet.getByText('This stops it', { exact: true }).waitFor({ ...patient, state: 'detached' })
    await sheet.getByRole('button', { name: 'Withdraw' }).click(patient)
    await page.getByRole('textbox', { name: 'Why, for readers' }).fill('It was a rumour.')
    await page.getByRole('button', { name: 'Withdraw the story' }).click()
    await page.getByText('This story was withdrawn and cannot be changed.').waitFor(patient)
    await page.getByRole('status').filter({ hasText: /^Withdrawn \d\d:\d\d:\d\d/ }).waitFor(patient)
    await page.waitForFunction(() => document.querySelector('.body')?.contentEditable === 'false', undefined, patient)
    assert.equal(await page.getByText(/took over at|your branch/).count(), 0)
    await close()
  })

  for (const locale of ['en-GB', 'ar']) {
    test(`axe finds nothing in what the editor opens, in ${locale}`, async () => {
      const { page, close } = await enter(b, it, 'Axa Lind', undefined, { locale, bypassCSP: true })
      const wrong = new Set()
      const look = looker(page, `editor-${locale}`, wrong, (line) => line.includes('<iframe'))
      await open(page, { body_html: '<p>A ferry.</p>' })
      await text(page).click()
      await page.keyboard.press('Control+f')
      await page.locator('.find input').first().fill('ferry')
      await look('find')
      await page.keyboard.press('Escape')
      await page.locator('.strip button').nth(4).click() // the last of the five panels, checks
      await page.locator('aside.panel').getByRole('note').or(page.locator('aside.panel p')).first().waitFor(patient)
      await look('checks')
      await page.locator('.strip button').nth(5).click()
      await page.locator('.preview [role=radiogroup], .preview .mantine-SegmentedControl-root').first().waitFor(patient)
      await page.locator('.preview label').nth(2).click()
      await page.locator('.socialcard').waitFor(patient)
      await look('card')
      await close()
      assert.deepEqual([...wrong].slice(0, 20), [])
    })
  }
})
