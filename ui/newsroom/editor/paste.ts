// What is pasted is cleaned by the server, with the same code that imports use, before any page sees it; without a network it comes as plain text.
import { Extension, type JSONContent } from '@tiptap/core'
import { Plugin, Selection, type Transaction } from '@tiptap/pm/state'
import { Slice } from '@tiptap/pm/model'
import { client, got } from '../api'

/** Blocks behind which there is no cursor in a line of their own. */
const leaves: ReadonlySet<string> = new Set(['picture', 'gallery', 'related', 'media', 'embed', 'horizontalRule', 'table', 'factBox'])

/** How long the server may take with what is pasted, in milliseconds, besides the way there, which takes some for every thirty characters on a slow line. */
const patience = 4000

/** An address alone. */
const alone = /^https?:\/\/\S+$/

/** What was copied here last, so that our own pictures and boxes come back whole. */
let copied: { text: string, slice: unknown } | undefined

export const Paste = Extension.create<{ onFailed: () => void, onFiles: (files: File[], at?: number) => void }>({
  name: 'cleaned',
  addOptions: () => ({ onFailed: () => undefined, onFiles: () => undefined }),
  addProseMirrorPlugins() {
    const { editor, options } = this
    // What the server cleaned stands where it was pasted, though one wrote on meanwhile.
    const clean = async (html: string, text: string) => {
      const { selection } = editor.state
      let { from, to } = selection
      let here = true // the cursor is still there
      const follow = ({ transaction: tr }: { transaction: Transaction }) => {
        from = tr.mapping.map(from, -1)
        to = tr.mapping.map(to, -1)
        here &&= !tr.docChanged && !tr.selectionSet
      }
      editor.on('transaction', follow)
      let blocks: JSONContent[]
      try {
        const { body } = await got(client.POST('/api/v1/documents', { body: { html }, signal: AbortSignal.timeout(patience + html.length / 30) }))
        blocks = (body as { content?: JSONContent[] }).content ?? []
      } catch {
        options.onFailed()
        blocks = text.split(/\r?\n+/).filter(Boolean).map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line, ...(alone.test(line) ? { marks: [{ type: 'link', attrs: { href: line } }] } : {}) }] }))
      } finally {
        editor.off('transaction', follow)
      }
      if (blocks.length === 0 || editor.isDestroyed) return
      const last = blocks.at(-1)!.type ?? ''
      const $from = editor.state.doc.resolve(from)
      if (blocks.length === 1 && last === 'paragraph') blocks = blocks[0]!.content ?? []
      else {
        if (from === to && $from.parent.isTextblock && $from.parent.content.size > 0 && $from.parentOffset === 0) from = to = $from.before() // not into the line that was begun
        if (leaves.has(last) && to + 1 >= editor.state.doc.content.size) blocks = [...blocks, { type: 'paragraph' }] // a line to go on
      }
      editor.chain().insertContentAt({ from, to }, blocks, { updateSelection: here }).command(({ tr }) => {
        if (here && leaves.has(last)) tr.setSelection(Selection.near(tr.doc.resolve(Math.min(tr.mapping.map(to), tr.doc.content.size)), 1)) // or what is typed next takes its place
        return true
      }).focus().run()
    }
    return [new Plugin({
      props: {
        clipboardTextSerializer: (slice) => {
          const text = slice.content.textBetween(0, slice.content.size, '\n\n', '\n')
          copied = { text, slice: slice.toJSON() }
          return text
        },
        handlePaste: (view, event) => {
          const data = event.clipboardData
          if (!data) return false
          const files = Array.from(data.files).filter((f) => f.type.startsWith('image/'))
          const html = data.getData('text/html')
          const text = data.getData('text/plain')
          if (files.length > 0 && !html) {
            options.onFiles(files)
            return true
          }
          const { $from, empty } = view.state.selection
          if (alone.test(text.trim()) && empty && $from.parent.type.name === 'paragraph' && $from.parent.content.size === 0) {
            void clean(`<p>${text.trim().replace(/&/g, '&amp;').replace(/</g, '&lt;')}</p>`, text.trim()) // an address alone: the server knows whose it is
            return true
          }
          if (!html) return false // plain text is ProseMirror's own work
          if (copied && text.replace(/\r/g, '') === copied.text && html.includes('data-pm-slice')) {
            view.dispatch(view.state.tr.replaceSelection(Slice.fromJSON(view.state.schema, copied.slice as never)).scrollIntoView().setMeta('paste', true))
            return true
          }
          void clean(html, text)
          return true
        },
        handleDrop: (view, event, _slice, moved) => {
          const files = Array.from(event.dataTransfer?.files ?? []).filter((f) => f.type.startsWith('image/'))
          if (!moved && files.length > 0) {
            event.preventDefault()
            options.onFiles(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos)
            return true
          }
          if (!moved && event.dataTransfer?.getData('text/html')) {
            event.preventDefault()
            void clean(event.dataTransfer.getData('text/html'), event.dataTransfer.getData('text/plain'))
            return true
          }
          return false
        },
      },
    })]
  },
})
