// Which block of a translation says what which block of its source says, by what they are and how long they are.
import { canonical, textOf, type Node } from './document'

// What it costs to hold two blocks for one, and to leave one without the other. Blocks that cost more than both would without each other stay alone.
const alone = 0.5
const toCome = 0.3 // of the source, after the last that has another
const otherKind = 0.7
const never = 10

const leaves = new Set(['picture', 'gallery', 'related', 'media', 'embed', 'horizontalRule'])

interface Measured { type: string, length: number, leaf: boolean, what: string }

const measured = (n: Node): Measured => {
  const leaf = leaves.has(n.type)
  const { caption: _c, alt: _a, title: _t, lang: _l, dir: _d, ...rest } = n.attrs ?? {}
  return { type: n.type, length: leaf ? 0 : textOf(n).length, leaf, what: leaf ? canonical(rest) : '' }
}

/** unfinished: one is writing in `own`, which says nothing by being short. */
function cost(source: Measured, own: Measured, unfinished: boolean): number {
  if (source.leaf || own.leaf) return source.type !== own.type ? never : source.what === own.what ? 0 : otherKind
  const kind = source.type === own.type ? 0 : otherKind
  if (unfinished && own.length <= source.length) return kind
  return kind + Math.min(0.9, 0.6 * Math.abs(Math.log((source.length + 20) / (own.length + 20))))
}

/**
 * For each block of a translation the block of the source that it stands for, undefined where there is none. Both keep their order; what comes in
 * or goes out in one moves nothing beside it. The end of the source is missed less, since a translation is written from its beginning. `at` is
 * the block that one writes in, which may be one past the last.
 */
export function align(source: readonly Node[], own: readonly Node[], at = -1): (number | undefined)[] {
  const a = source.map(measured)
  const b = own.map(measured)
  while (at >= b.length) b.push({ type: 'paragraph', length: 0, leaf: false, what: '' })
  if (a.length * b.length > 1_000_000) return b.map((_, i) => i < a.length ? i : undefined) // nobody reads thousands of blocks side by side
  const w = b.length + 1
  const best = new Float64Array((a.length + 1) * w) // of the blocks from here on
  for (let i = a.length; i >= 0; i--) {
    for (let j = b.length; j >= 0; j--) {
      if (j === b.length) best[i * w + j] = (a.length - i) * toCome
      else if (i === a.length) best[i * w + j] = best[i * w + j + 1]! + alone
      else best[i * w + j] = Math.min(best[(i + 1) * w + j + 1]! + cost(a[i]!, b[j]!, j === at), best[(i + 1) * w + j]! + alone, best[i * w + j + 1]! + alone)
    }
  }
  const out = b.map((): number | undefined => undefined)
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const now = best[i * w + j]!
    if (now === best[(i + 1) * w + j + 1]! + cost(a[i]!, b[j]!, j === at)) out[j++] = i++
    else if (now === best[(i + 1) * w + j]! + alone) i++
    else j++
  }
  return out
}
