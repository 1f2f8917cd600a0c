import assert from 'node:assert/strict'
import { test } from 'node:test'
import { names, under } from './byline'

test('a name that is changed loses its page, the others keep theirs', () => {
  const before = [{ name: 'Ana Vey', author: 'ana-vey' }, { name: 'Ben Okoro', author: 'ben-okoro' }]
  assert.deepEqual(names('Ana Vey, Ben Okor', before), [before[0], { name: 'Ben Okor' }])
  assert.deepEqual(names('Ana Vey, ', before), [before[0], { name: '' }])
  assert.deepEqual(names('', before), [])
})

test('what is asked for is the name that the caret is in', () => {
  assert.deepEqual(under('Ana Vey, Be', 11), { at: 1, typed: 'Be' })
  assert.deepEqual(under('An, Ben Okoro', 2), { at: 0, typed: 'An' })
  assert.deepEqual(under('Ana Vey,', 8), { at: 1, typed: '' })
})
