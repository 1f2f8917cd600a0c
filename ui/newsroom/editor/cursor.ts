// Where a key acts: at the cursor that is seen.
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * Tells the editor where the cursor is now. The browser tells that it moved in a task of its own, and on a busy machine the next key is
 * there before it: Enter would break the line the cursor has left.
 */
export function look(view: EditorView, e: KeyboardEvent) {
  if (!view.composing && !e.isComposing) view.dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
}

/** Looks before every key. */
export const Cursor = Extension.create({
  name: 'cursor',
  addProseMirrorPlugins: () => [new Plugin({ props: { handleDOMEvents: { keydown: (view, e) => { look(view, e); return false } } } })],
})
