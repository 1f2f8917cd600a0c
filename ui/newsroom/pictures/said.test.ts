// Whatever becomes of the network, of the tab and of what a colleague does meanwhile: words of a picture that were typed are on the server, or
// kept and shown beside his.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Clock, settle } from '../editor/save.model'
import { names, Newer, pause, Refused, Said, type Copy, type Keeper, type Saved, type Server, type State, type Words } from './said'

const words = (some: Partial<Words> = {}): Words => ({ ...Object.fromEntries(names.map((n) => [n, ''])) as Words, ...some })

class House implements Server {
  all: Saved[] = [{ version: 1, words: words({ caption: 'A ferry', credit: 'Agency' }) }]
  reached = true
  live = true
  refuses: Partial<Words> | undefined
  partings: Partial<Words>[] = []
  get is(): Saved { return this.all.at(-1)! }
  by(changed: Partial<Words>) { this.all.push({ version: this.is.version + 1, words: { ...this.is.words, ...changed } }) }
  async save(changed: Partial<Words>, version: number) {
    await Promise.resolve()
    if (!this.reached) throw new Error('no network')
    if (version !== this.is.version) throw new Newer(this.is)
    if (this.refuses && Object.keys(changed).some((n) => n in this.refuses!)) throw new Refused('too long', this.refuses)
    this.by(changed)
    return this.is
  }
  parting(changed: Partial<Words>) { this.partings.push(changed) }
  async shown() { if (!this.reached) throw new Error('no network'); return this.live }
}

class Drawer implements Keeper {
  copies = new Map<string, string>()
  async put(c: Copy) { this.copies.set(c.key, JSON.stringify(c)) }
  async remove(key: string) { this.copies.delete(key) }
  async of(picture: string) { return [...this.copies.values()].map((c) => JSON.parse(c) as Copy).filter((c) => c.picture === picture) }
}

function open(house: House, drawer: Drawer, clock: Clock, tab = 't1') {
  const states: State[] = []
  const said = new Said({ picture: 'p', account: 'ana', tab: Promise.resolve(tab), keeper: Promise.resolve(drawer), saved: house.is, server: house, now: () => clock.now, later: clock.later, onState: (s) => states.push(s) })
  return { said, states }
}

const all = () => [new House(), new Drawer(), new Clock()] as const

test('what is typed is on the device at once, on the server when its field is left, and nothing is kept that the server has', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  said.enter('caption')
  said.change('caption', 'A ferry sinks ')
  await settle()
  assert.equal((await drawer.of('p'))[0]?.typed.caption, 'A ferry sinks ')
  await clock.forward(10 * pause)
  assert.deepEqual([house.all.length, said.state.standing], [1, 'typed'], 'readers see no half of it')
  said.leave('caption')
  await clock.forward(0)
  assert.deepEqual([house.is.words.caption, said.state.standing, said.state.words.caption, drawer.copies.size], ['A ferry sinks', 'saved', 'A ferry sinks', 0])
})

test('of a picture that no reader sees, a pause is enough, and nothing changes under the cursor', async () => {
  const [house, drawer, clock] = all()
  house.live = false
  const { said } = open(house, drawer, clock)
  said.enter('caption')
  said.change('caption', 'A ferry sinks ')
  await clock.forward(pause)
  assert.deepEqual([house.is.words.caption, said.state.standing, said.state.words.caption], ['A ferry sinks', 'saved', 'A ferry sinks '])
  said.change('caption', 'A ferry')
  await clock.forward(pause)
  assert.equal(house.is.words.caption, 'A ferry', 'back to what it was before is a change too')
})

test('another field that a colleague changed comes in, and one\'s own is saved onto it', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  said.enter('caption')
  said.change('caption', 'Mine')
  house.by({ credit: 'His' })
  said.leave('caption')
  await clock.forward(0)
  assert.deepEqual([house.is.words.caption, house.is.words.credit, said.state.words.credit, said.state.standing], ['Mine', 'His', 'His', 'saved'])
})

test('a field that both changed waits for a choice, whether his came before one began to type or after; the others are saved', async () => {
  for (const heard of [false, true]) {
    for (const whose of ['mine', 'theirs'] as const) {
      const [house, drawer, clock] = all()
      const { said } = open(house, drawer, clock)
      said.enter('caption')
      house.by({ caption: 'His' })
      if (heard) said.heard(house.is)
      assert.equal(said.state.words.caption, 'A ferry', 'nothing is taken out from under the cursor')
      said.change('caption', 'Mine')
      said.leave('caption')
      said.change('alt', 'Water')
      await clock.forward(10 * pause)
      assert.deepEqual([house.is.words.caption, house.is.words.alt], ['His', 'Water'])
      assert.deepEqual([said.state.words.caption, said.state.clashes], ['Mine', { caption: 'His' }])
      assert.equal((await drawer.of('p'))[0]?.typed.caption, 'Mine')
      said.resolve('caption', whose)
      said.enter('caption') // where the cursor is put
      await clock.forward(0)
      const want = whose === 'mine' ? 'Mine' : 'His'
      assert.deepEqual([house.is.words.caption, said.state.words.caption, said.state.standing, drawer.copies.size], [want, want, 'saved', 0])
    }
  }
})

test('the same words by two are no clash, and a field that was only looked at takes the newer', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  said.change('caption', 'A ferry sinks')
  said.enter('credit')
  house.by({ caption: 'A ferry sinks', credit: 'His' })
  said.leave('credit')
  await clock.forward(pause)
  assert.deepEqual([said.state.standing, said.state.clashes, said.state.words.credit, house.all.length, drawer.copies.size], ['saved', {}, 'His', 2, 0])
})

test('without a network it says so, keeps the words, and sends them when it is back', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  house.reached = false
  said.enter('caption')
  said.change('caption', 'Mine')
  said.leave('caption')
  await clock.forward(500)
  assert.deepEqual([said.state.standing, said.state.kept, said.state.typed.size, drawer.copies.size], ['offline', true, 1, 1])
  house.reached = true
  said.again()
  await clock.forward(0)
  assert.deepEqual([house.is.words.caption, said.state.standing, drawer.copies.size], ['Mine', 'saved', 0])
  house.reached = false
  said.change('caption', 'Mine again')
  await clock.forward(pause)
  house.reached = true
  await clock.forward(60_000)
  assert.equal(house.is.words.caption, 'Mine again', 'it is asked again by itself')
})

test('what was typed in a tab that died is back, and sent; where somebody changed it since, it waits for a choice', async () => {
  for (const [his, want, clash] of [[undefined, 'Mine', {}], ['His', 'His', { caption: 'His' }]] as const) {
    const [house, drawer, clock] = all()
    open(house, drawer, clock).said.change('caption', 'Mine')
    await settle()
    if (his) house.by({ caption: his })
    for (const tab of ['t1', 't2']) { // loaded again, and another
      const { said } = open(house, drawer, clock, tab)
      void said.recover(drawer.of('p'))
      await clock.forward(10)
      assert.deepEqual([house.is.words.caption, said.state.words.caption, said.state.clashes], [want, 'Mine', clash])
      assert.equal(drawer.copies.size, his ? 1 : 0)
      assert.equal(said.state.recovered !== undefined, tab === 't1' || !!his)
    }
  }
})

test('what goes out while the page is left is not said to be unsent by the next', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  said.enter('caption')
  said.change('caption', 'Mine')
  await settle()
  said.parting()
  assert.deepEqual(house.partings, [{ caption: 'Mine' }])
  house.by(house.partings[0]!)
  const next = open(house, drawer, clock).said
  await next.recover(drawer.of('p'))
  await settle()
  assert.deepEqual([next.state.recovered, next.state.standing, drawer.copies.size], [undefined, 'saved', 0])
})

test('a field that the server does not take says why, and keeps no other from being saved', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  house.refuses = { credit: 'too long' }
  said.change('credit', 'Long')
  said.change('alt', 'Water')
  said.leave('alt')
  await clock.forward(10 * pause)
  assert.deepEqual([house.is.words.alt, house.is.words.credit, said.state.standing, said.state.refused], ['Water', 'Agency', 'refused', { credit: 'too long' }])
  house.refuses = undefined
  said.change('credit', 'Short')
  said.leave('credit')
  await clock.forward(0)
  assert.deepEqual([house.is.words.credit, said.state.standing], ['Short', 'saved'])
})

test('what the server does not take can be left for what the picture says', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  house.refuses = { credit: 'not yours' }
  said.change('credit', 'Mine')
  said.leave('credit')
  await clock.forward(0)
  said.giveUp()
  await clock.forward(0)
  assert.deepEqual([said.state.standing, said.state.words.credit, drawer.copies.size], ['saved', 'Agency', 0])
})

test('one\'s own words whose answer was lost are no clash', async () => {
  const [house, drawer, clock] = all()
  const { said } = open(house, drawer, clock)
  const save = house.save.bind(house)
  house.save = async (changed, version) => { await save(changed, version); throw new Error('the answer was lost') }
  said.change('caption', 'A ferry sinks')
  said.leave('caption')
  await clock.forward(0)
  house.save = save
  said.change('caption', 'A ferry sinks off the quay')
  said.leave('caption')
  await clock.forward(60_000)
  assert.deepEqual([said.state.clashes, house.is.words.caption, said.state.standing], [{}, 'A ferry sinks off the quay', 'saved'])
})
