import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apart, inOrder, type State } from './states'

const one = (ref: string, at: string, label = `Ana, ${at.slice(11, 16)}`): State => ({ ref, at, label })

test('two saves of one minute say their seconds, and others do not', () => {
  const states = [one('3', '2026-11-29T10:42:51Z'), one('2', '2026-11-29T10:42:07Z'), one('1', '2026-11-29T10:41:00Z')]
  assert.deepEqual(apart(states, 'UTC').map((s) => s.label), ['Ana, 10:42:51', 'Ana, 10:42:07', 'Ana, 10:41'])
})

test('of a save and a publication the older one is first, and what stands now or in a branch is what it is compared with', () => {
  const [old, out, now] = [one('9', '2026-11-29T10:41:00Z'), one('r1', '2026-11-29T10:42:00Z'), { ref: 'now', at: '', label: 'Now' }]
  assert.deepEqual(inOrder(out, old).map((s) => s.ref), ['9', 'r1'])
  assert.deepEqual(inOrder(old, out).map((s) => s.ref), ['9', 'r1'])
  assert.deepEqual(inOrder(out, now).map((s) => s.ref), ['r1', 'now'])
  assert.deepEqual(inOrder(out, one('b:x', '2026-11-29T10:40:00Z')).map((s) => s.ref), ['r1', 'b:x'])
})
