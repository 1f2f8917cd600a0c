import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getSchema } from '@tiptap/core'
import { EditorState, type Transaction } from '@tiptap/pm/state'
import { find, finding, places, plugin, replace, step } from './finding'
import { extensions } from './schema'

const schema = getSchema(extensions())
const state = (...blocks: unknown[]) => EditorState.create({ schema, plugins: [plugin()], doc: schema.nodeFromJSON({ type: 'doc', content: blocks }) })
const p = (...texts: (string | { text: string, bold: true })[]) => ({ type: 'paragraph', content: texts.map((x) => typeof x === 'string' ? { type: 'text', text: x } : { type: 'text', text: x.text, marks: [{ type: 'bold' }] }) })
const run = (s: EditorState, ...makers: ((s: EditorState) => Transaction)[]) => makers.reduce((now, make) => now.apply(make(now)), s)
const texts = (s: EditorState) => { const out: string[] = []; s.doc.descendants((n) => { if (n.isTextblock) out.push(n.textContent); return true }); return out }
const at = (s: EditorState) => finding.getState(s)!

test('words are found over marks and in every block, in any case unless it counts, whatever the script', () => {
  const s = state(p('The Fer', { text: 'ry', bold: true }, ' waits.'), { type: 'bulletList', content: [{ type: 'listItem', content: [p('A ferry sails')] }] }, p('العبّارة تنتظر العبّارة'))
  assert.equal(places(s.doc, 'ferry', false).length, 2)
  assert.equal(places(s.doc, 'ferry', true).length, 1)
  assert.equal(places(s.doc, 'العبّارة', false).length, 2)
  assert.equal(places(s.doc, 'a.b(', false).length, 0)
  assert.deepEqual(places(s.doc, 'ferry', false).map(({ from, to }) => s.doc.textBetween(from, to)), ['Ferry', 'ferry'])
})

test('a line end between two words is one place and no word reaches over blocks', () => {
  const s = state({ type: 'paragraph', content: [{ type: 'text', text: 'one' }, { type: 'hardBreak' }, { type: 'text', text: 'two' }] }, p('three'))
  assert.deepEqual(places(s.doc, 'two', false), [{ from: 5, to: 8 }])
  assert.equal(places(s.doc, 'twothree', false).length, 0)
})

test('one goes round the places and replaces the chosen one, then the next is chosen', () => {
  let s = run(state(p('cat cat cat')), find('cat', false), step(1))
  assert.equal(at(s).at, 1)
  s = run(s, replace('catfish', false))
  assert.deepEqual(texts(s), ['cat catfish cat'])
  assert.equal(s.doc.textBetween(s.selection.from, s.selection.to), 'cat')
  assert.equal(s.selection.from, 13, 'not what was put in')
  s = run(s, step(1))
  assert.equal(at(s).at, 0)
  assert.equal(run(s, step(-1), step(1)).selection.from, s.selection.from)
})

test('all are replaced in one step, with the form of what they replace', () => {
  const s = run(state(p('A ', { text: 'ferry', bold: true }, ' and a Ferry.'), p('No boat.')), find('ferry', false))
  const tr = replace('tram', true)(s)
  assert.equal(tr.docChanged, true)
  const now = s.apply(tr)
  assert.deepEqual(texts(now), ['A tram and a tram.', 'No boat.'])
  assert.equal(now.doc.firstChild!.child(1).marks[0]?.type.name, 'bold')
  assert.equal(at(now).places.length, 0)
  assert.deepEqual(texts(run(s, replace('', true))), ['A  and a .', 'No boat.'])
})

test('what is typed meanwhile moves the places', () => {
  const s = run(state(p('cat and cat')), find('cat', false))
  const now = s.apply(s.tr.insertText('My ', 1))
  assert.deepEqual(at(now).places, [{ from: 4, to: 7 }, { from: 12, to: 15 }])
})
