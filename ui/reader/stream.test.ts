import assert from 'node:assert/strict'
import { test } from 'node:test'
import { address, patience, read } from './stream'

test('one address asks for all topics, each from its point', () => {
  assert.equal(address(['newsfeed:international', 'article:01k'], ['AQ', 'Ag']), '/events?topic=newsfeed%3Ainternational&topic=article%3A01k&after=AQ&after=Ag')
})

test('what is no message is left alone', () => {
  for (const data of ['', '<html>', 'null', '7', '{}', '{"topic":"a","seq":"1","kind":"published","item":{"id":"x"}}', '{"topic":"a","seq":1,"kind":"published"}']) {
    assert.equal(read(data), undefined, data)
  }
  assert.equal(read('{"topic":"newsfeed:a","seq":7,"kind":"published","at":"2026-11-23T10:42:07Z","item":{"id":"x"}}')?.seq, 7)
})

test('after refusals the waits grow to a minute and a half at most, and are spread', () => {
  assert.equal(patience(0, 0), 1_000)
  assert.equal(patience(0, 1), 3_000)
  assert.ok(patience(3, 0.5) > patience(2, 0.5))
  assert.equal(patience(50, 1), 90_000)
})
