import { QueryObserver } from '@tanstack/react-query'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cache } from './cache'

test('what changes while it is read for the first time is read again, once', async () => {
  const cache = new Cache()
  const answers: ((v: string) => void)[] = []
  const list = new QueryObserver(cache, { queryKey: ['alerts', 'en'], queryFn: () => new Promise<string>((done) => { answers.push(done) }) })
  const stop = list.subscribe(() => undefined)
  const told = [cache.invalidateQueries({ queryKey: ['alerts'] }), cache.invalidateQueries({ queryKey: ['alerts'] })]
  answers[0]!('three banners')
  await told[1]
  while (answers.length < 2) await new Promise(setImmediate)
  answers[1]!('none')
  await Promise.all(told)
  assert.equal(cache.getQueryData(['alerts', 'en']), 'none')
  assert.equal(answers.length, 2)
  stop()
})
