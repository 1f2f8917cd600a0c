// A place in the text that stays where it is while one writes on around it.
import type { Editor, JSONContent } from '@tiptap/core'
import type { Transaction } from '@tiptap/pm/state'

/** Where blocks come in one after the other: after the block at a position, the cursor's when there is none, or in place of it when it is empty. */
export class Spot {
  private at: number

  constructor(private readonly editor: Editor, at = editor.state.selection.from) {
    this.at = Math.min(at, editor.state.doc.content.size)
    editor.on('transaction', this.follow)
  }

  private readonly follow = ({ transaction }: { transaction: Transaction }) => { this.at = transaction.mapping.map(this.at) }

  /** Puts a block in; what one has selected stays selected. */
  put(block: JSONContent) {
    if (this.editor.isDestroyed) return
    const { doc } = this.editor.state
    const $at = doc.resolve(this.at)
    const within = $at.depth > 0
    const empty = $at.depth === 1 && $at.parent.type.name === 'paragraph' && $at.parent.content.size === 0
    const from = within ? empty || this.atStart($at) ? $at.before(1) : $at.after(1) : this.at
    const to = empty ? $at.after(1) : from
    const last = to === doc.content.size
    const { tr, schema } = this.editor.state
    const node = schema.nodeFromJSON(block)
    tr.replaceWith(from, to, last ? [node, schema.nodes.paragraph!.create()] : node)
    this.editor.view.dispatch(tr)
    this.at = from + node.nodeSize
  }

  /** The place is needed no more. */
  done() { this.editor.off('transaction', this.follow) }

  private atStart($at: ReturnType<Editor['state']['doc']['resolve']>): boolean { return $at.depth === 1 && $at.parentOffset === 0 && $at.parent.content.size > 0 }
}
