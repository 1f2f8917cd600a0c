import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Article } from '../api'
import { late, nextDue } from './due'

const story = (some: Partial<Article>) => ({ state: 'draft', ...some }) as Article
const at = (ms: number) => new Date(ms).toISOString()

test('the desk looks anew when the next deadline or embargo passes, and at no other time', () => {
  const list = [story({ deadline: at(5000) }), story({ deadline: at(3000), state: 'published' }), story({ deadline: at(9000) }), story({ embargo_until: at(7000) }), story({})]
  assert.deepEqual([0, 5000, 7000, 9000].map((now) => nextDue(list, now)), [5000, 7000, 9000, undefined])
})

test('a deadline is late from its own time on', () => {
  assert.equal(late(story({ deadline: at(Date.now()) })), true)
  assert.equal(late(story({ deadline: at(Date.now() + 60_000) })), false)
  assert.equal(late(story({ deadline: at(1), state: 'published' })), false)
})
