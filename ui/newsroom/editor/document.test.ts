import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes, fieldsOf, merge, mergeBlocks, takeBack, textOf, words, type Node } from './document'

const p = (text: string): Node => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const list = (s: string): Node[] => [...s].map(p)
const plain = (nodes: Node[] | undefined) => nodes?.map(textOf).join('')
const story = (headline: string, body: string) => fieldsOf({ headline, body: { type: 'doc', content: list(body) } })

test('changes of different blocks come together, whichever side made them', () => {
  for (const [base, mine, theirs, want] of [
    ['abc', 'abc', 'abc', 'abc'],
    ['abc', 'xbc', 'abz', 'xbz'],
    ['abc', 'abcd', 'zabc', 'zabcd'],
    ['abcde', 'ace', 'abcde!', 'ace!'],
    ['abcdef', 'abXcdef', 'abcdeYf', 'abXcdeYf'],
    ['abc', 'axc', 'axc', 'axc'],
    ['', 'a', '', 'a'],
    ['abc', '', 'abc', ''],
  ]) {
    assert.equal(plain(mergeBlocks(list(base!), list(mine!), list(theirs!))), want, `${base} ${mine} ${theirs}`)
    assert.equal(plain(mergeBlocks(list(base!), list(theirs!), list(mine!))), want, `${base} ${theirs} ${mine}`)
  }
})

test('changes that meet are nobody\'s to decide alone', () => {
  for (const [base, mine, theirs] of [['abc', 'axc', 'ayc'], ['abc', 'ac', 'axc'], ['', 'a', 'b'], ['ab', 'axb', 'ayb'], ['abc', '', 'abx']]) {
    assert.equal(mergeBlocks(list(base!), list(mine!), list(theirs!)), undefined, `${base} ${mine} ${theirs}`)
  }
})

test('fields come together one by one; a conflict tells both sides and shows theirs', () => {
  const base = story('One', 'ab')
  const { fields, conflicts } = merge(base, { ...story('Mine', 'xb'), lead: 'A lead.' }, story('Theirs', 'ay'))
  assert.equal(fields.headline, 'Theirs')
  assert.equal(fields.lead, 'A lead.')
  assert.equal(plain(fields.body.content), 'xy')
  assert.deepEqual(conflicts, [{ field: 'headline', mine: 'Mine', theirs: 'Theirs' }])
})

test('an empty thing and one that is left out are the same', () => {
  assert.equal(changes(fieldsOf({}), { ...fieldsOf({}), dateline: { place: '' }, tags: [] }), 0)
  assert.equal(changes(story('A', 'abc'), story('B', 'xbz')), 3)
})

test('words and characters are counted over blocks', () => {
  assert.equal(words({ type: 'doc', content: [p('two words'), p('three')] }), 3)
})

test('a paragraph that is taken comes back to its place, into what is here now', () => {
  const doc = (s: string) => ({ type: 'doc' as const, content: list(s) })
  const all = [{ op: 'deleted', index: 0, block: p('1') }, { op: 'same', index: 0 }, { op: 'same', index: 1 }, { op: 'deleted', index: 3, block: p('2') }, { op: 'same', index: 2 }]
  const back = (now: string, i: number) => plain(takeBack(doc(now), doc('abc'), all, all[i]!).content)
  assert.equal(back('abc', 0), '1abc')
  assert.equal(back('abc', 3), 'ab2c')
  assert.equal(back('xaybzc', 3), 'xayb2zc', 'the story went on meanwhile')
  assert.equal(back('1ab2c', 3), '1ab22c', 'nothing that is there goes')
  assert.equal(back('c', 3), 'c2', 'what it stood behind is gone')
  const row = { op: 'deleted', index: 0, block: { type: 'tableRow' } }
  assert.equal(takeBack(doc('a'), doc('a'), [row], row).content![0]!.type, 'table')
})
