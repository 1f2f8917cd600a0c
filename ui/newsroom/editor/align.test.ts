import assert from 'node:assert/strict'
import { test } from 'node:test'
import { align } from './align'
import type { Node } from './document'

const p = (length: number, type = 'paragraph'): Node => length > 0 ? { type, content: [{ type: 'text', text: 'x'.repeat(length) }] } : { type }
const h = (length: number) => p(length, 'heading')
const picture = (id: string, caption = ''): Node => ({ type: 'picture', attrs: { id, caption } })
const source = [p(120), p(400), h(30), p(60), picture('a', 'The pier'), p(250)]
const es = [p(140), p(450), h(34), p(75), picture('a', 'El muelle'), p(270)]
const without = (list: Node[], at: number) => list.filter((_, i) => i !== at)
const having = (list: Node[], at: number, n: Node) => [...list.slice(0, at), n, ...list.slice(at)]

test('what says the same stands side by side, in languages of other lengths too', () => {
  assert.deepEqual(align(source, es), [0, 1, 2, 3, 4, 5])
  assert.deepEqual(align(source, [p(90), p(310), h(20), p(44), picture('a'), p(190)]), [0, 1, 2, 3, 4, 5])
})

test('a block that the translation leaves out moves nothing after it', () => {
  for (let gone = 0; gone < source.length; gone++) {
    assert.deepEqual(align(source, without(es, gone)), without(es, gone).map((n) => es.indexOf(n)), `without ${gone}`)
  }
})

test('a block that the translation adds stands alone and moves nothing after it', () => {
  for (let at = 0; at <= source.length; at++) {
    for (const [name, n] of Object.entries({ heading: h(12), picture: picture('b'), paragraph: p(900) })) {
      const own = having(es, at, n)
      assert.deepEqual(align(source, own), own.map((x) => x === n ? undefined : es.indexOf(x)), `a ${name} at ${at}`)
    }
  }
})

test('a paragraph that one writes is beside the next of the source from its first letter', () => {
  for (let n = 0; n < 4; n++) {
    for (const letters of [0, 1, 30]) assert.equal(align(source, [...es.slice(0, n), letters > 30 ? p(letters) : p(letters, source[n]!.type)], n)[n], n, `${letters} letters of ${n}`)
  }
  assert.equal(align(source, es.slice(0, 1), 1)[1], 1, 'an empty paragraph at the end, which the document leaves out')
  assert.equal(align(source, [], 0)[0], 0)
})

test('a longer text than its source, and no source at all, leave blocks alone', () => {
  assert.deepEqual(align([p(100)], [p(110), p(100)]).filter((x) => x !== undefined), [0])
  assert.deepEqual(align([], [p(10)]), [undefined])
  assert.deepEqual(align(source, []), [])
})

test('pictures are told apart by which they are, not by their words', () => {
  assert.deepEqual(align([picture('a'), picture('b')], [picture('b', 'Otra')]), [1])
})

test('the same texts give the same pairs, however often they are asked for', () => {
  const same = Array.from({ length: 8 }, () => p(100))
  assert.deepEqual(align(same, same), align(same, same))
  assert.deepEqual(align(same, same), [0, 1, 2, 3, 4, 5, 6, 7])
})
