// The queue: what was told never moves a card that stays, nor shows an older state than one that is known.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cards, leave, marked, nothingTold, stands, tell, type Case } from './queue'

const one = (id: string, more: Partial<Case> = {}): Case => ({ id, article: 's', edition: 'en', thread: id, author: { name: 'Ada', id: 'a' }, body: 'x', state: 'held', queue: 'pending', holds: [], reports: 0, at: '', featured: false, version: 1, ...more })
const ids = (list: Case[]) => list.map((c) => c.id)
const pending = { queue: 'pending' } as const

test('what a colleague decides stays in its place until it leaves, and comes back when that is undone', () => {
  const read = [one('1'), one('2'), one('3')]
  const decided = one('2', { state: 'public', queue: 'approved', version: 2 })
  let told = tell(nothingTold, decided)
  assert.deepEqual(ids(cards(pending, read, told, false).cards), ['1', '2', '3'])
  told = leave(told, [decided])
  assert.deepEqual(ids(cards(pending, read, told, false).cards), ['1', '3'])
  told = tell(told, one('2', { version: 3 }))
  assert.deepEqual(ids(cards(pending, read, told, false).cards), ['1', '2', '3'])
  told = tell(told, { ...decided, version: 4 })
  assert.deepEqual(ids(cards(pending, read, told, false).cards), ['1', '2', '3'], 'it stays a moment each time')
})

test('an older answer that comes late changes nothing', () => {
  const told = tell(tell(nothingTold, one('1', { version: 3, queue: 'approved' })), one('1', { version: 2 }))
  assert.equal(told.known.get('1')!.version, 3)
})

test('what is new comes last where the oldest is first, and waits where it would push the others down', () => {
  const told = tell(nothingTold, one('9'), one('8'))
  assert.deepEqual(cards(pending, [one('1')], told, false), { cards: [one('1'), one('8'), one('9')], waiting: 0 })
  assert.deepEqual(ids(cards(pending, [one('1')], told, true).cards), ['1'], 'it comes with the next page')
  const open = tell(nothingTold, one('9', { queue: 'unmoderated', state: 'public' }))
  const got = cards({ queue: 'unmoderated' }, [one('1', { queue: 'unmoderated' })], open, false)
  assert.deepEqual([ids(got.cards), got.waiting], [['1'], 1])
})

test('what came while the queue was open stays a moment after its decision', () => {
  let told = tell(nothingTold, one('9'))
  const decided = one('9', { state: 'public', queue: 'approved', version: 2 })
  told = tell(told, decided)
  assert.deepEqual(ids(cards(pending, [], told, false).cards), ['9'])
  assert.deepEqual(ids(cards(pending, [], leave(told, [decided]), false).cards), [])
  assert.deepEqual(ids(cards(pending, [], tell(nothingTold, decided), false).cards), [], 'it never stood here')
})

test('a queue is narrowed by edition, story and author', () => {
  assert.ok(stands({ queue: 'reported' }, one('1', { reports: 1, queue: 'approved' })))
  const appeal = { text: 'x', at: '', against: 'm', standing: true }
  assert.ok(stands({ queue: 'reported' }, one('1', { state: 'rejected', queue: 'rejected', appeal })), 'its author objects')
  assert.ok(!stands({ queue: 'reported' }, one('1', { state: 'rejected', queue: 'rejected', appeal: { ...appeal, verdict: 'upheld' } })))
  assert.ok(!stands({ ...pending, edition: 'es' }, one('1')))
  assert.ok(!stands({ ...pending, article: 'other' }, one('1')))
  assert.ok(!stands({ ...pending, author: 'b' }, one('1')))
})

test('words are marked as they are written, whole, in every script', () => {
  const marks = (text: string, ...words: string[]) => marked(text, words).filter((p) => p.mark).map((p) => p.text)
  assert.deepEqual(marks('Scam! A SCAM, no scampi.', 'scam'), ['Scam', 'SCAM'])
  assert.deepEqual(marks('Это обман.', 'обман'), ['обман'])
  assert.deepEqual(marks('buy (now) here', '(now)'), ['(now)'])
  assert.equal(marked('a\nb', []).map((p) => p.text).join(''), 'a\nb')
  assert.equal(marked('one buy\n now two', ['buy now']).map((p) => p.text).join('|'), 'one |buy\n now| two')
})
