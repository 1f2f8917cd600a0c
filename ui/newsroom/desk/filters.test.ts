import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepFilters, keptFilters } from './filters'

test('the last filters of an account come back, without the search, and not in an edition that is not its own any more', () => {
  const all = new Map<string, string>()
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: { getItem: (k: string) => all.get(k) ?? null, setItem: (k: string, v: string) => { all.set(k, v) } } })
  assert.equal(keptFilters('ana', ['en']), undefined)
  keepFilters('ana', { edition: 'en', state: 'ready', q: 'ferry' })
  assert.deepEqual(keptFilters('ana', ['en']), { edition: 'en', state: 'ready' })
  assert.equal(keptFilters('ben', ['en']), undefined)
  assert.equal(keptFilters('ana', ['ar']), undefined)
  keepFilters('ana', { q: 'ferry' })
  assert.equal(keptFilters('ana', ['en']), undefined)
})
