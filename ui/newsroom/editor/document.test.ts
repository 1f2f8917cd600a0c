import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes, fieldsOf, merge, mergeBlocks, runsOf, take, textOf, words, type Body, type Node } from './document'

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
    assert.equal(plain(mergeBlocks(list(base!), list(mine!), list(theirs!)).blocks), want, `${base} ${mine} ${theirs}`)
    assert.equal(plain(mergeBlocks(list(base!), list(theirs!), list(mine!)).blocks), want, `${base} ${theirs} ${mine}`)
  }
})

test('changes that meet are nobody\'s to decide alone, and only they', () => {
  for (const [base, mine, theirs, theirsCount, mineCount, met] of [
    ['abc', 'axc', 'ayc', 'ayc', 'axc', 'b:x/y'],
    ['abc', 'ac', 'axc', 'axc', 'ac', 'b:/x'],
    ['', 'a', 'b', 'b', 'a', ':a/b'],
    ['ab', 'axb', 'ayb', 'ayb', 'axb', ':x/y'],
    ['abc', '', 'abx', 'abx', '', 'abc:/abx'],
    ['abcde', 'Abxde', 'abycE', 'AbycE', 'AbxE', 'c:x/yc'],
    ['abcd', 'ABcd', 'abCD', 'ABCD', 'ABCD', ''],
    ['abcd', 'AXcd', 'aYCd', 'AYCd', 'AXCd', 'b:X/Y'],
    ['abcdefg', 'AbXdefG', 'abYdEfg', 'AbYdEfG', 'AbXdEfG', 'c:X/Y'],
    ['abcdef', 'XbcdYf', 'ZbcdWf', 'ZbcdWf', 'XbcdYf', 'a:X/Z e:Y/W'],
  ]) {
    const merged = (chosen: string[]) => mergeBlocks(list(base!), list(mine!), list(theirs!), chosen)
    const { blocks, met: conflicts } = merged([])
    assert.equal(plain(blocks), theirsCount, `${base} ${mine} ${theirs}`)
    assert.equal(plain(merged(conflicts.map((c) => c.key)).blocks), mineCount, `${base} ${mine} ${theirs}`)
    assert.equal(conflicts.map((c) => `${plain((c.base as Body).content)}:${plain((c.mine as Body).content)}/${plain((c.theirs as Body).content)}`).join(' '), met)
  }
})

test('what differs between two texts is told in words', () => {
  const marked = (old: string, now: string) => runsOf(old, now).map((r) => r.op === 'same' ? r.text : `${r.op === 'deleted' ? '-' : '+'}[${r.text}]`).join('')
  assert.equal(marked('The fare is 12.', 'The new fare is 14.'), 'The +[new ]fare is -[12]+[14].')
  assert.equal(marked('', 'One'), '+[One]')
  assert.equal(marked('One', ''), '-[One]')
  assert.equal(marked('渡轮停航', '渡船停航'), '渡-[轮]+[船]停航')
})

test('fields come together one by one; a conflict tells both sides and shows theirs', () => {
  const base = story('One', 'ab')
  const { fields, conflicts } = merge(base, { ...story('Mine', 'xb'), lead: 'A lead.' }, story('Theirs', 'ay'))
  assert.equal(fields.headline, 'Theirs')
  assert.equal(fields.lead, 'A lead.')
  assert.equal(plain(fields.body.content), 'xy')
  assert.deepEqual(conflicts, [{ key: 'headline', field: 'headline', base: 'One', mine: 'Mine', theirs: 'Theirs' }])
})

test('an empty thing and one that is left out are the same', () => {
  assert.equal(changes(fieldsOf({}), { ...fieldsOf({}), dateline: { place: '' }, tags: [] }), 0)
  assert.equal(changes(story('A', 'abc'), story('B', 'xbz')), 3)
})

test('words and characters are counted over blocks', () => {
  assert.equal(words({ type: 'doc', content: [p('two words'), p('three')] }), 3)
})

const doc = (...content: Node[]): Body => ({ type: 'doc', content })
const item = (...content: Node[]): Node => ({ type: 'listItem', content })
const bullets = (...items: string[]): Node => ({ type: 'bulletList', content: items.map((x) => item(p(x))) })

test('a paragraph that is taken comes back to its place, into what is here now', () => {
  const all = [{ op: 'deleted', index: 0, block: p('1') }, { op: 'same', index: 0 }, { op: 'same', index: 1 }, { op: 'deleted', index: 3, block: p('2') }, { op: 'same', index: 2 }]
  const back = (now: string, i: number) => plain(take(doc(...list(now)), { all, older: doc(...list('1ab2c')), compared: doc(...list('abc')) }, all[i]!).content)
  assert.equal(back('abc', 0), '1abc')
  assert.equal(back('abc', 3), 'ab2c')
  assert.equal(back('xaybzc', 3), 'xayb2zc', 'the story went on meanwhile')
  assert.equal(back('1ab2c', 3), '1ab22c', 'nothing that is there goes')
  assert.equal(back('c', 3), 'c2', 'what it stood behind is gone')
})

test('a changed paragraph that is taken stands in the place of what it became; one that is another since stays, and the older one comes behind it', () => {
  const all = [{ op: 'same', index: 0, block: p('a') }, { op: 'changed', index: 1, block: p('B'), old: p('b'), old_index: 1 }, { op: 'same', index: 2, block: p('c') }]
  const back = (now: string) => plain(take(doc(...list(now)), { all, older: doc(...list('abc')), compared: doc(...list('aBc')) }, all[1]!).content)
  assert.equal(back('aBc'), 'abc')
  assert.equal(back('xaBBc'), 'xabBc')
  assert.equal(back('aYc'), 'aYbc', 'typed meanwhile')
  assert.equal(back('aY'), 'aYb')
  assert.equal(back('Yc'), 'Ybc')
  assert.equal(back(''), 'b')
  const heading = { op: 'changed', index: 0, block: { ...p('B'), type: 'heading', attrs: { level: 2 } }, old: p('b'), old_index: 0 }
  assert.deepEqual(take(doc(heading.block), { all: [heading], older: doc(p('b')), compared: doc(heading.block) }, heading), doc(p('b')))
  const box = (title: string): Node => ({ type: 'factBox', attrs: { title } })
  const titled = { op: 'changed', index: 0, block: box('New'), old: box('Old'), old_index: 0 }
  assert.deepEqual(take(doc({ ...box('New'), content: [p('x')] }), { all: [titled], older: doc({ ...box('Old'), content: [p('x')] }), compared: doc() }, titled), doc({ ...box('Old'), content: [p('x')] }))
})

test('what stood in a list, a quotation or a table comes back into it, or into one of its own', () => {
  const older = doc(p('a'), bullets('1', '2', '3'))
  const gone = { op: 'deleted', index: 1, in: 'listItem', block: p('2') }
  const back = (compared: Body, now = compared, all = [{ op: 'same', index: 0, block: p('a') }, gone]) => take(now, { all, older, compared }, gone)
  assert.deepEqual(back(doc(p('a'), bullets('1', '3'))), older)
  assert.deepEqual(back(doc(p('a'), bullets('3'))), doc(p('a'), bullets('2', '3')))
  assert.deepEqual(back(doc(p('a'), bullets('1')), doc(p('new'), p('a'), bullets('1', 'x'))), doc(p('new'), p('a'), bullets('1', '2', 'x')))
  assert.deepEqual(back(doc(p('a'))), doc(p('a'), bullets('2')), 'the list is gone')
  const changed = [{ op: 'changed', index: 1, block: p('one'), old: p('1'), old_index: 1 }, gone]
  assert.deepEqual(back(doc(p('a'), bullets('one')), undefined, changed), doc(p('a'), bullets('one', '2')), 'what it stood beside was changed')
  const was = { op: 'changed', index: 1, in: 'listItem', block: p('two'), old: p('2'), old_index: 1 }
  assert.deepEqual(take(doc(p('a'), bullets('1', 'two', '3')), { all: [was], older, compared: doc(p('a'), bullets('1', 'two', '3')) }, was), older)
  const nested = doc({ type: 'bulletList', content: [item(p('1'), bullets('x', 'y'))] })
  const inner = { op: 'deleted', index: 0, in: 'listItem', block: p('y') }
  assert.deepEqual(take(doc(), { all: [inner], older: nested, compared: doc() }, inner), doc(bullets('y')))
  assert.deepEqual(take(doc({ type: 'bulletList', content: [item(p('1'), bullets('x'))] }), { all: [inner], older: nested, compared: doc() }, inner), nested)
  const quote = doc({ type: 'blockquote', attrs: { cite: '/who' }, content: [p('said')] })
  const said = { op: 'deleted', index: 0, in: 'blockquote', block: p('said') }
  assert.deepEqual(take(doc(), { all: [said], older: quote, compared: doc() }, said), quote)
  const row = (x: string): Node => ({ type: 'tableRow', content: [{ type: 'tableCell', content: [p(x)] }] })
  const table = doc({ type: 'table', content: [row('1'), row('2')] })
  const cut = { op: 'deleted', index: 0, block: row('2') }
  assert.deepEqual(take(doc(), { all: [cut], older: table, compared: doc() }, cut), doc({ type: 'table', content: [row('2')] }))
  assert.deepEqual(take(doc({ type: 'table', content: [row('1')] }), { all: [cut], older: table, compared: doc() }, cut), table)
})
