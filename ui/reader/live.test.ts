import assert from 'node:assert/strict'
import { test } from 'node:test'
import { earlier, micros } from './live.island'

test('posts stand by the time of the event, then by id', () => {
  const at = (at: string, id: string) => ({ at, id })
  assert.equal(earlier(at('2026-03-10T12:00:00.000000Z', 'b'), at('2026-03-10T12:00:01.000000Z', 'a')), true)
  assert.equal(earlier(at('2026-03-10T12:00:01.000000Z', 'a'), at('2026-03-10T12:00:00.000000Z', 'b')), false)
  assert.equal(earlier(at('2026-03-10T12:00:00.000000Z', 'a'), at('2026-03-10T12:00:00.000000Z', 'b')), true)
  assert.equal(earlier(at('2026-03-10T12:00:00.000000Z', 'a'), at('2026-03-10T12:00:00.000000Z', 'a')), false)
})

test('the time of an event is written as the places of posts are', () => {
  assert.equal(micros('2026-03-10T12:00:00Z'), '2026-03-10T12:00:00.000000Z')
  assert.equal(micros('2026-03-10T12:00:00.5Z'), '2026-03-10T12:00:00.500000Z')
  assert.equal(micros('2026-03-10T12:00:00.123456Z'), '2026-03-10T12:00:00.123456Z')
})
