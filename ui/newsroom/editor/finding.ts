// Finding words in the body: every place marked, one of them chosen. A replacement is one step for undo.
import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'

export interface Found { query: string, exact: boolean, places: { from: number, to: number }[], at: number }

const none: Found = { query: '', exact: false, places: [], at: 0 }

export const finding = new PluginKey<Found>('finding')

/** Every place of the words in a document, in order. Words do not reach over blocks. */
export function places(doc: Node, query: string, exact: boolean): Found['places'] {
  if (query === '') return []
  const words = new RegExp(query.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), exact ? 'gu' : 'giu')
  const out: Found['places'] = []
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true
    const text = node.textBetween(0, node.content.size, undefined, '\ufffc') // one sign for each place of the document
    for (const m of text.matchAll(words)) out.push({ from: pos + 1 + m.index, to: pos + 1 + m.index + m[0].length })
    return false
  })
  return out
}

const read = (state: EditorState): Found => finding.getState(state) ?? none

/** Looks for words; the first place behind the cursor is chosen. */
export const find = (query: string, exact: boolean) => (state: EditorState): Transaction => {
  const all = places(state.doc, query, exact)
  const first = all.findIndex((p) => p.from >= state.selection.from)
  return show(state.tr.setMeta(finding, { query, exact, places: all, at: Math.max(0, first) } satisfies Found), all[Math.max(0, first)])
}

/** Goes by so many places, round and round. */
export const step = (by: number) => (state: EditorState): Transaction => {
  const f = read(state)
  if (f.places.length === 0) return state.tr
  const at = (f.at + by + f.places.length) % f.places.length
  return show(state.tr.setMeta(finding, { ...f, at }), f.places[at])
}

/** Replaces the chosen place, or all; what stood around keeps its form. */
export const replace = (by: string, all: boolean) => (state: EditorState): Transaction => {
  const f = read(state)
  const tr = state.tr
  const some = all ? f.places : f.places.slice(f.at, f.at + 1)
  for (const { from, to } of [...some].reverse()) {
    if (by === '') tr.delete(from, to)
    else tr.replaceWith(from, to, state.schema.text(by, state.doc.resolve(from + 1).marks()))
  }
  const left = places(tr.doc, f.query, f.exact)
  const behind = all ? 0 : left.findIndex((p) => p.from >= (some[0]?.from ?? 0) + by.length)
  const at = Math.max(0, behind)
  return show(tr.setMeta(finding, { ...f, places: left, at }), left[at])
}

function show(tr: Transaction, place: { from: number, to: number } | undefined): Transaction {
  return place ? tr.setSelection(TextSelection.create(tr.doc, place.from, place.to)).scrollIntoView() : tr
}

/** Keeps what is looked for, follows the document, and marks the places. */
export const plugin = (): Plugin<Found> => new Plugin<Found>({
  key: finding,
  state: {
    init: () => none,
    apply: (tr, old) => {
      const next = tr.getMeta(finding) as Found | undefined
      if (next) return next
      if (!tr.docChanged || old.query === '') return old
      const all = places(tr.doc, old.query, old.exact)
      return { ...old, places: all, at: Math.min(old.at, Math.max(0, all.length - 1)) }
    },
  },
  props: {
    decorations: (state) => {
      const f = read(state)
      return DecorationSet.create(state.doc, f.places.map((p, i) => Decoration.inline(p.from, p.to, { class: i === f.at ? 'found now' : 'found' })))
    },
  },
})

export const Finding = Extension.create({ name: 'finding', addProseMirrorPlugins: () => [plugin()] })
