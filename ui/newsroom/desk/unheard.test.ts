import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unheard } from './unheard'

test('what came, changed or went while nothing was heard is told, and what stands as it was is not', () => {
  const rows = [{ id: 'a', version: 1 }, { id: 'b', version: 4 }, { id: 'c', version: 2 }]
  assert.deepEqual(unheard(rows, rows, false), [])
  assert.deepEqual(unheard(rows, [{ id: 'n', version: 1 }, { id: 'b', version: 5 }, { id: 'a', version: 1 }], false), ['n', 'b', 'c'])
  assert.deepEqual(unheard(rows, [{ id: 'n', version: 1 }, { id: 'a', version: 1 }], true), ['n'], 'what is behind the first page is not gone')
  assert.deepEqual(unheard([], [], false), [])
})
