import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, parse } from './display.island'
import { room } from './left'
import { leaves, local, moves } from './newsfeed.island'
import { plain } from './next.island'
import { shown } from './story.island'

test('a choice is kept as one short value and an unknown one is none', () => {
  assert.equal(format({ theme: 'dark', text: 'larger' }), 'dark larger')
  assert.equal(format({ theme: '', text: '' }), '')
  assert.deepEqual(parse('dark larger'), { theme: 'dark', text: 'larger' })
  assert.deepEqual(parse('<script> 7'), { theme: '', text: '' })
  assert.deepEqual(parse(null), { theme: '', text: '' })
})

test('room in a box is counted in characters, as the server counts', () => {
  assert.equal(room('x'.repeat(3_990), 4_000), 10)
  assert.equal(room('😀'.repeat(4_000), 4_000), 0)
  assert.equal(room('😀'.repeat(4_001), 4_000), -1)
  assert.equal(room(' a\nb\n', 4_000), 3_997)
})

test('publications, updates and corrections go to the top, minor changes stay', () => {
  assert.deepEqual(['published', 'updated', 'corrected', 'minor', 'withdrawn', 'moved'].map(moves), [true, true, true, false, false, false])
  assert.deepEqual(['published', 'updated', 'corrected', 'minor', 'withdrawn', 'moved'].map(leaves), [false, false, false, false, true, true])
})

test('a click for a new tab is left to the browser', () => {
  const click = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false }
  assert.equal(plain(click), true)
  for (const other of [{ button: 1 }, { metaKey: true }, { ctrlKey: true }, { shiftKey: true }, { altKey: true }]) assert.equal(plain({ ...click, ...other }), false)
})

test('stories of this site are linked by path', () => {
  assert.equal(local('https://orlan.example/harbour/tram', 'https://orlan.example'), '/harbour/tram')
  assert.equal(local('https://orlan.example.net/x', 'https://orlan.example'), 'https://orlan.example.net/x')
})

test('a change that the page shows already is not announced again', () => {
  assert.equal(shown('2026-11-23T10:42:07.9Z', ['2026-11-23T10:42:08Z']), true)
  assert.equal(shown('2026-11-23T10:42:07.9Z', ['2026-11-23T10:42:07Z']), false)
  assert.equal(shown('2026-11-23T10:42:08Z', ['2026-11-23T09:00:00Z', '2026-11-23T10:42:07Z']), false)
  assert.equal(shown('2026-11-23T10:42:08Z', []), false)
})
