import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meet } from './meet'

test('what is typed stays, what only the other changed comes in, and what both changed is beside', () => {
  const was = { name: 'Mira', role: '', text: 'Writes.', links: [{ name: 'Mail', url: 'mailto:a@example.org' }] }
  const typed = { ...was, name: 'Mira Lund', text: 'Writes of ships.' }
  const now = { ...was, text: 'Writes of trains.', role: 'Correspondent' }
  assert.deepEqual(meet(was, typed, now), { typed: { ...typed, role: 'Correspondent' }, others: { text: 'Writes of trains.' } })
  assert.deepEqual(meet(was, typed, { ...was }), { typed, others: {} })
  assert.deepEqual(meet(was, { ...typed, links: [] }, { ...typed, links: [] }), { typed: { ...typed, links: [] }, others: {} })
  assert.deepEqual(meet(was, { ...was, links: [] }, { ...was, links: [...was.links, ...was.links] }).others, { links: [...was.links, ...was.links] })
})
