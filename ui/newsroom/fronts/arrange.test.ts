import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arranged, begun, differing, inAddress, merged, place, redone, release, set, step, took, undone, used, type Pin } from './arrange'

const pins = (...slots: [number, string][]): Pin[] => slots.map(([slot, article]) => ({ slot, article }))
const ids = (list: readonly Pin[]) => list.map((p) => `${p.slot}${p.article}`).join(' ')

test('a story put where another stands moves it and those behind it, as far as there is no free slot', () => {
  assert.equal(ids(place(pins([0, 'a'], [1, 'b'], [3, 'c']), 'x', 0, 7)), '0x 1a 2b 3c')
  assert.equal(ids(place(pins([0, 'a'], [1, 'b']), 'b', 0, 7)), '0b 1a')
  assert.equal(ids(place(pins([5, 'a'], [6, 'b']), 'x', 5, 7)), '5x 6a')
})

test('a step changes places with the neighbour, and stops at the ends', () => {
  assert.equal(ids(step(pins([0, 'a'], [1, 'b']), 'b', -1, 7)), '0b 1a')
  assert.equal(ids(step(pins([0, 'a']), 'a', -1, 7)), '0a')
  assert.equal(ids(step(pins([6, 'a']), 'a', 1, 7)), '6a')
  assert.equal(ids(step(pins([2, 'a']), 'a', 1, 7)), '3a')
})

test('rows open as whole ones, and a section shows its lead alone', () => {
  assert.equal(used([], false, 7), 4)
  assert.equal(used(pins([4, 'a']), false, 7), 7)
  assert.equal(used([], true, 4), 1)
  assert.equal(used(pins([1, 'a']), true, 4), 4)
})

test('what comes by itself fills the slots between the pins, and no story stands twice', () => {
  const slots = arranged(pins([1, 'b']), ['a', 'b', 'c', 'd', 'e'], new Set(), false, 7)
  assert.deepEqual(slots.map((s) => s.article), ['a', 'b', 'c', 'd', undefined, undefined, undefined])
})

test('every step can be taken back and made again; a step that changes nothing is none', () => {
  let s = begun(pins([0, 'a']))
  s = took(s, place(s.now, 'b', 0, 7))
  s = took(s, [...s.now])
  s = took(s, release(s.now, 'a'))
  assert.equal(ids(s.now), '0b')
  s = undone(undone(undone(s)))
  assert.equal(ids(s.now), '0a')
  s = redone(s)
  assert.equal(ids(s.now), '0b 1a')
  s = took(s, set(s.now, 'b', { headline: 'Short' }))
  assert.equal(s.future.length, 0)
  assert.equal(set(s.now, 'b', { headline: '' })[0]!.headline, undefined)
})

test('of two who changed one front each slot is chosen, and no story is there twice', () => {
  const theirs = pins([0, 'a'], [1, 'b']), mine = pins([0, 'b'], [2, 'c'])
  assert.deepEqual(differing(theirs, mine), [0, 1, 2])
  assert.equal(ids(merged(theirs, mine, () => 'theirs')), '0a 1b')
  assert.equal(ids(merged(theirs, mine, () => 'mine')), '0b 2c')
  assert.equal(ids(merged(theirs, mine, (s) => s === 0 ? 'mine' : 'theirs')), '0b')
})

test('pins go into an address in any script', () => {
  const text = inAddress([{ slot: 0, article: 'a', headline: 'عاجل?>' }])
  assert.match(text, /^[A-Za-z0-9_-]+$/)
  assert.deepEqual(JSON.parse(Buffer.from(text, 'base64url').toString()), [{ slot: 0, article: 'a', headline: 'عاجل?>' }])
})
