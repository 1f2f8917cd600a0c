// The model of the editor's safety: whatever order typing, saving, taking over, crashing and losing the network come in, each word that
// was typed is in the story, in one of its versions, or in a branch.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf } from './document'
import { keyOf } from './keep'
import { Clock, Drawer, House, last, open, paragraph, settle, type Page } from './save.model'

test('typing is on the server after a pause, and not with every letter', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  for (const headline of ['F', 'Fe', 'Fer', 'Ferry']) { page.saver.change({ headline }); await clock.forward(100) }
  assert.equal(house.versions.length, 1)
  assert.equal((await drawer.of('a'))[0]?.local.headline, 'Ferry', 'the browser has it at once')
  await clock.forward(1000)
  assert.equal(house.current.fields.headline, 'Ferry')
  assert.equal(house.versions.length, 2)
  assert.equal(last(page).standing, 'saved')
  assert.equal(drawer.copies.size, 0, 'nothing is kept that the server has')
})

test('what is heard of one\'s own publication leaves no copy that a later page would take for words that were not sent', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  page.saver.change({ headline: 'Ferry' })
  await clock.forward(1000)
  house.versions.push({ version: house.current.version + 1, fields: house.current.fields })
  page.saver.heard(house.current)
  await clock.forward(10)
  assert.equal(last(page).standing, 'saved')
  assert.equal(drawer.copies.size, 0)
})

test('what was typed last goes out while the page is left, and the next page says nothing of it', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  page.saver.change({ headline: 'Ferry' })
  await settle()
  page.saver.parting()
  page.saver.end()
  await settle()
  assert.equal(house.current.fields.headline, 'Ferry')
  const next = open(house, drawer, clock, 't1')
  for (const copy of await drawer.of('a')) assert.equal(await next.saver.recover(copy), 'known')
  assert.equal(drawer.copies.size, 0)
  await clock.forward(60_000)
  assert.equal(house.versions.length, 2)
  next.saver.parting()
  assert.equal(house.partings, 1, 'nothing is due, nothing goes out')
})

test('who never stops typing is saved all the same', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  for (let i = 0; i < 100; i++) { page.saver.change({ headline: `Ferry ${i}` }); await clock.forward(100) }
  assert.ok(house.versions.length >= 3, `${house.versions.length} versions in ten seconds`)
})

test('words are said to be kept here when the device has them, and a device that does not answer holds nothing up', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  let kept: () => void = () => undefined
  const put = drawer.put.bind(drawer)
  drawer.put = async (c) => { await new Promise<void>((done) => { kept = done }); await put(c) }
  house.reached = false
  page.saver.change({ headline: 'Ferry' })
  await clock.forward(1000)
  assert.equal(last(page).standing, 'saving')
  kept()
  await settle()
  assert.deepEqual([last(page).standing, last(page).kept, drawer.copies.size], ['offline', true, 1])
  page.saver.change({ headline: 'Ferry sinks' })
  await clock.forward(20_000)
  assert.deepEqual([last(page).standing, last(page).kept], ['offline', false])
  house.reached = true
  await clock.forward(20_000)
  assert.equal(house.current.fields.headline, 'Ferry sinks')
})

test('without a network the words are kept here, counted, and sent when it is back', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  house.reached = false
  page.saver.change({ headline: 'Ferry', lead: 'It left.', body: { type: 'doc', content: [paragraph('One.')] } })
  await clock.forward(2000)
  assert.equal(last(page).standing, 'offline')
  assert.equal(last(page).pending, 3)
  assert.ok(last(page).kept)
  house.reached = true
  page.saver.again()
  await clock.forward(10)
  assert.equal(last(page).standing, 'saved')
  assert.equal(house.current.fields.lead, 'It left.')
})

test('who types on without a network does not make the page ask with every key', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  house.reached = false
  for (let i = 0; i < 600; i++) { page.saver.change({ headline: `Ferry ${i}` }); await clock.forward(100) }
  assert.equal(last(page).standing, 'offline')
  assert.ok(house.asked <= 20, `asked ${house.asked} times in a minute`)
  house.reached = true
  for (let i = 0; i < 50; i++) { page.saver.change({ lead: `It left ${i}` }); await clock.forward(100) }
  await clock.forward(1000)
  assert.equal(last(page).standing, 'saved')
  assert.equal(house.current.fields.lead, 'It left 49')
})

test('another\'s save of other words comes in beside one\'s own; of the same words nothing is overwritten and both are there', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const a = open(house, drawer, clock, 't1')
  const b = open(house, drawer, clock, 't2')
  a.saver.change({ headline: 'By A' })
  await clock.forward(1000)
  b.saver.change({ lead: 'By B' })
  await clock.forward(1000)
  assert.equal(house.current.fields.headline, 'By A')
  assert.equal(house.current.fields.lead, 'By B')
  assert.equal(b.shown.headline, 'By A')
  b.saver.change({ headline: 'By B' })
  await clock.forward(10) // B has seen A's headline: this is no conflict
  await clock.forward(1000)
  a.saver.change({ headline: 'By A again' })
  await clock.forward(1000)
  assert.equal(last(a).standing, 'conflict')
  assert.deepEqual(last(a).conflicts.map((c) => [c.field, c.mine, c.theirs]), [['headline', 'By A again', 'By B']])
  assert.equal(house.current.fields.headline, 'By B')
  assert.ok(house.holds('By A again'))
  a.saver.change({ lead: 'A goes on.' })
  await clock.forward(1000)
  assert.ok(house.holds('A goes on.'), 'what is typed in a conflict is in the branch')
  a.saver.resolve(['headline', 'lead'])
  await clock.forward(1000)
  assert.equal(house.current.fields.headline, 'By A again')
  assert.equal(house.current.fields.lead, 'A goes on.')
  assert.equal(last(a).standing, 'saved')
})

test('what the server does not take of one field does not hold up the others', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  house.takesNot = ['assignee']
  const page = open(house, drawer, clock, 't1')
  page.saver.change({ assignee: 'bea', headline: 'Ferry' })
  await clock.forward(1000)
  assert.equal(house.current.fields.headline, 'Ferry')
  assert.equal(last(page).standing, 'refused')
  assert.deepEqual(last(page).refused, [{ name: 'assignee', why: 'not yours' }])
  assert.equal(page.saver.fields.assignee, 'bea', 'what was chosen stands where it was')
  assert.equal((await drawer.of('a'))[0]?.local.assignee, 'bea')
  const asked = house.asked
  page.saver.change({ lead: 'It sails.' })
  await clock.forward(1000)
  assert.equal(house.current.fields.lead, 'It sails.')
  assert.equal(house.asked, asked + 1, 'it is not asked again for what it does not take')
  assert.deepEqual(last(page).refused, [{ name: 'assignee', why: 'not yours' }])
  await page.saver.flush()
  house.versions.push({ version: house.current.version + 1, fields: { ...house.current.fields, tags: ['ferries'] } })
  page.saver.heard(house.current)
  assert.deepEqual(last(page).refused, [{ name: 'assignee', why: 'not yours' }])
  assert.deepEqual(page.saver.fields.tags, ['ferries'])
  page.saver.change(page.saver.giveUp())
  await clock.forward(1000)
  assert.equal(last(page).standing, 'saved')
  assert.equal(page.saver.fields.assignee, '')
  assert.equal(drawer.copies.size, 0)
})

test('what is not taken stays though somebody tries again while all else is on its way, and is in the browser when a branch does not take it either', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  house.takesNot = ['lead']
  const page = open(house, drawer, clock, 't1')
  page.saver.change({ lead: 'Too long.' })
  await clock.forward(1000)
  const save = house.save.bind(house)
  let answer = () => undefined as unknown
  house.save = (changed, version) => new Promise((done, fail) => { answer = () => save(changed, version).then(done, fail) })
  page.saver.change({ headline: 'Ferry' })
  await clock.forward(1000)
  page.saver.again()
  await answer()
  await settle()
  house.save = save
  assert.equal(page.saver.fields.lead, 'Too long.')
  await clock.forward(1000)
  assert.deepEqual(last(page).refused?.map((r) => r.name), ['lead'])
  page.saver.lost()
  page.saver.change({ headline: 'Ferry sails' })
  await clock.forward(1000)
  assert.equal(last(page).standing, 'branch')
  assert.equal(last(page).lost, true)
  assert.ok(house.holds('Ferry sails'))
  const [copy] = await drawer.of('a')
  assert.deepEqual([copy?.local.lead, copy?.local.headline], ['Too long.', 'Ferry'], 'the device has what the branch has not')
})

test('a conflict whose words are taken back is over, and one heard of before the answer to a save is none', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  page.saver.change({ headline: 'Mine' })
  await house.save({ headline: 'Theirs' }, 1)
  await clock.forward(1000)
  assert.equal(last(page).standing, 'conflict')
  page.saver.change({ headline: 'First' })
  await clock.forward(1000)
  assert.deepEqual([last(page).standing, page.saver.fields.headline], ['saved', 'Theirs'])
  const save = house.save.bind(house)
  let answer = () => undefined as unknown
  house.save = async (changed, version) => { const saved = await save(changed, version); return new Promise((done) => { answer = () => { done(saved) } }) }
  page.saver.change({ headline: 'Mine again' })
  await clock.forward(1000)
  house.save = save
  await house.save({ lead: 'Beside.' }, house.current.version)
  page.saver.heard(house.current)
  answer()
  await clock.forward(2000)
  assert.deepEqual([last(page).standing, page.saver.fields.headline, page.saver.fields.lead], ['saved', 'Mine again', 'Beside.'])
})

test('a value that the server takes after all is saved when it is tried again', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  house.takesNot = ['assignee', 'legal']
  const page = open(house, drawer, clock, 't1')
  page.saver.change({ assignee: 'bea', legal: 'cleared' })
  await clock.forward(1000)
  assert.deepEqual(last(page).refused?.map((r) => r.name), ['assignee', 'legal'])
  page.saver.change({ assignee: 'cem' })
  house.takesNot = ['legal']
  await clock.forward(1000)
  assert.equal(house.current.fields.assignee, 'cem')
  assert.deepEqual(last(page).refused?.map((r) => r.name), ['legal'])
  house.takesNot = []
  page.saver.again()
  await clock.forward(1000)
  assert.equal(house.current.fields.legal, 'cleared')
  assert.equal(last(page).standing, 'saved')
})

test('of a body only the paragraphs that meet are a choice; the others come together, and what meets where nobody was asked is asked again', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const body = (...texts: string[]) => ({ type: 'doc' as const, content: texts.map(paragraph) })
  house.versions = [{ version: 1, fields: fieldsOf({ body: body('a', 'b', 'c', 'd') }) }]
  const page = open(house, drawer, clock, 't1')
  const other = async (...texts: string[]) => { await house.save({ body: body(...texts) }, house.current.version) }
  page.saver.change({ body: body('A', 'mine', 'c', 'd') })
  await other('a', 'theirs', 'C', 'd')
  await clock.forward(1000)
  assert.deepEqual(last(page).conflicts.map((c) => [c.key, c.mine, c.theirs]), [['body:1', body('mine'), body('theirs')]])
  page.saver.resolve(['body:1'])
  page.saver.change({ body: body('A', 'mine', 'c', 'dd') })
  await other('a', 'theirs', 'C', 'D')
  page.saver.heard(house.current)
  await clock.forward(1000)
  assert.deepEqual(last(page).conflicts.map((c) => c.key), ['body:1', 'body:3'])
  assert.ok(house.holds('dd'))
  assert.equal(drawer.copies.size, 0, 'the branch has it; a later page must not bring it into the story by itself')
  page.saver.resolve(['body:1'])
  await clock.forward(1000)
  assert.equal(last(page).standing, 'saved')
  assert.deepEqual(house.current.fields.body, body('A', 'mine', 'C', 'D'))
  assert.deepEqual(page.shown.body, body('A', 'mine', 'C', 'D'))
})

test('words of a page that died come into the story beside those that meet, which are in a branch with all of them', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const body = (...texts: string[]) => ({ type: 'doc' as const, content: texts.map(paragraph) })
  house.versions = [{ version: 1, fields: fieldsOf({ body: body('a', 'b', 'c') }) }]
  const dead = open(house, drawer, clock, 't1')
  dead.saver.change({ body: body('A', 'mine', 'c') })
  await settle()
  dead.saver.end()
  await house.save({ body: body('a', 'theirs', 'C') }, 1)
  const next = open(house, drawer, clock, 't2')
  const typing = next.saver.recover((await drawer.of('a'))[0]!)
  next.saver.change({ headline: 'Typed meanwhile' })
  assert.equal(await typing, 'branch')
  await clock.forward(1000)
  assert.deepEqual([house.current.fields.body, house.current.fields.headline], [body('A', 'theirs', 'C'), 'Typed meanwhile'])
  assert.ok(house.holds('mine'))
  assert.equal(drawer.copies.size, 0)
})

test('who lost the story to another goes on typing, into a branch; nothing of it comes into the story by itself', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const a = open(house, drawer, clock, 't1')
  a.saver.change({ headline: 'Half a head' })
  a.saver.lost()
  await clock.forward(10)
  assert.equal(house.current.fields.headline, 'First')
  assert.ok(house.holds('Half a head'))
  a.saver.change({ headline: 'Half a headline, whole now' })
  await clock.forward(1000)
  assert.ok(house.holds('whole now'))
  assert.equal(last(a).standing, 'branch')
  assert.equal(last(a).pending, 0)
  assert.equal(drawer.copies.size, 0)
  a.saver.regained(house.current)
  await clock.forward(1000)
  assert.equal(house.current.fields.headline, 'Half a headline, whole now')
})

test('an answer that was lost is not a conflict with oneself', async () => {
  const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
  const page = open(house, drawer, clock, 't1')
  house.loseAnswers = true
  page.saver.change({ headline: 'Sent once' })
  await clock.forward(1000)
  house.loseAnswers = false
  page.saver.change({ lead: 'More.' })
  await clock.forward(40_000)
  assert.equal(last(page).standing, 'saved')
  assert.equal(house.current.fields.headline, 'Sent once')
  assert.equal(house.current.fields.lead, 'More.')
})

for (const [what, between] of [
  ['an answer was lost and the story was found as it was sent', async (house: House, clock: Clock, page: Page) => {
    house.loseAnswers = true
    page.saver.change({ headline: 'Sent once' })
    await clock.forward(1000)
    house.loseAnswers = false
    await clock.forward(5000)
  }],
  ['the network was away and the server then refused', async (house: House, clock: Clock, page: Page) => {
    house.reached = false
    page.saver.change({ headline: 'Too long' })
    await clock.forward(1000)
    house.reached = true
    house.refuses = true
    await clock.forward(5000)
    assert.equal(last(page).standing, 'refused')
    house.refuses = false
  }],
  ['without a network something was typed and taken back', async (house: House, clock: Clock, page: Page) => {
    house.reached = false
    const { headline } = page.saver.fields
    page.saver.change({ headline: 'Other' })
    await clock.forward(1000)
    page.saver.change({ headline })
    await page.saver.flush()
    house.reached = true
  }],
] as const) {
  test(`who types on is saved after ${what}`, async () => {
    const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
    const page = open(house, drawer, clock, 't1')
    await between(house, clock, page)
    page.saver.change({ lead: 'More.' })
    await clock.forward(5000)
    assert.equal(last(page).standing, 'saved')
    assert.equal(house.current.fields.lead, 'More.')
  })
}

// mulberry: a small generator, so that a failing order of things can be had again by its number.
const generator = (seed: number) => () => {
  seed = seed + 0x6D2B79F5 | 0
  let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
  t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
  return ((t ^ t >>> 14) >>> 0) / 4294967296
}

test('every typed word is in the story, in a version or in a branch, whatever happens in between', async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = generator(seed)
    const pick = (n: number) => Math.floor(random() * n)
    const [house, drawer, clock] = [new House(), new Drawer(), new Clock()]
    let names = 0
    const pages: Page[] = []
    const typed: string[] = []
    const dead: string[] = []
    const start = async () => { // a new tab, or one that is loaded again and keeps its name
      const tab = random() < 0.5 && dead.pop() || `t${names++}`
      const others = pages.map((p) => p.tab)
      const page = open(house, drawer, clock, tab)
      pages.push(page)
      for (const copy of await drawer.of('a')) {
        if (!others.includes(copy.tab)) await page.saver.recover(copy).catch(() => undefined)
      }
    }
    await start()
    for (let step = 0; step < 60; step++) {
      const page = pages[pick(pages.length)]
      switch (pick(10)) {
        case 0: if (pages.length < 3) await start(); break
        case 1: house.reached = !house.reached; break
        case 2: house.loseAnswers = random() < 0.3; house.refuses = random() < 0.2; house.takesNot = random() < 0.2 ? ['lead'] : []; break
        case 3: if (page && random() < 0.5) { await settle(); if (random() < 0.5) page.saver.parting(); page.saver.end(); pages.splice(pages.indexOf(page), 1); dead.push(page.tab) } break // the page dies; what was typed was given to the browser
        case 4: page?.saver.lost(); break
        case 5: page?.saver.regained(house.current); break
        case 6: if (page?.saver.standing.standing === 'conflict') page.saver.resolve(last(page).conflicts.map((c) => c.key).filter(() => random() < 0.5)); break
        case 7: await clock.forward(pick(5000)); break
        default:
          if (page) {
            const word = `word${seed}x${typed.length}y`
            typed.push(word)
            const f = page.saver.fields
            const content = [...f.body.content ?? []]
            const at = pick(content.length + 1)
            switch (pick(4)) {
              case 0: page.saver.change({ headline: `${f.headline} ${word}` }); break
              case 1: page.saver.change({ lead: `${f.lead} ${word}` }); break
              case 2: content.splice(at, 0, paragraph(word)); page.saver.change({ body: { type: 'doc', content } }); break
              default: content[at] = paragraph(`${content[at]?.content?.[0]?.text ?? ''} ${word}`); page.saver.change({ body: { type: 'doc', content } })
            }
            await clock.forward(pick(600))
          }
      }
    }
    house.reached = true
    house.loseAnswers = false
    house.refuses = false
    house.takesNot = []
    const quiet = async () => { // of itself, or with the next key where something was refused
      for (let n = 0; n < 2; n++) { // one that was away may hear only now what of its own is not taken
        for (const page of pages) if (last(page).standing === 'refused' || last(page).refused) page.saver.change({ lead: `${page.saver.fields.lead} on` })
        await clock.forward(60_000)
      }
      for (const page of pages) assert.ok(['saved', 'branch', 'conflict'].includes(last(page).standing), `seed ${seed}: ${page.tab} stays at ${last(page).standing}`)
    }
    await quiet()
    await start() // opens the story once more: dead pages' words are brought in
    await quiet()
    for (const word of typed) assert.ok(house.holds(word), `seed ${seed}: ${word} is lost; kept here: ${[...drawer.copies.keys()].join(' ')}`)
    for (const copy of await drawer.all()) assert.equal(copy.key, keyOf('a', copy.tab))
  }
})
