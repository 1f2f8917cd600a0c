// The text of a post: the editor of stories without what a post does not need.
import { EditorContent, useEditor } from '@tiptap/react'
import { useEffect, useRef } from 'react'
import { views } from '../editor/body'
import { Cursor } from '../editor/cursor'
import { same, type Body } from '../editor/document'
import { Paste } from '../editor/paste'
import { extensions, fromBody, toBody } from '../editor/schema'
import { Slash, type Block } from '../editor/slash'
import { direction } from '../words'

export interface TextProps {
  body: Body
  label: string
  language: string
  /** What "/" offers. */
  commands: readonly Block[]
  /** The cursor goes into the text whenever this changes. */
  focus: number
  onChange: (body: Body) => void
  onFiles: (files: File[]) => void
  /** Ctrl+Enter. */
  onSend: () => void
  onPasteFailed: () => void
}

export function PostText({ body, label, language, commands, focus, onChange, onFiles, onSend, onPasteFailed }: TextProps) {
  const shown = useRef(body)
  const calls = useRef({ onChange, onFiles, onSend, onPasteFailed })
  calls.current = { onChange, onFiles, onSend, onPasteFailed }
  const editor = useEditor({
    injectCSS: false,
    immediatelyRender: true,
    extensions: [...extensions(views), Cursor, Paste.configure({ onFailed: () => calls.current.onPasteFailed(), onFiles: (files) => calls.current.onFiles(files) })],
    content: fromBody(body),
    editorProps: {
      attributes: { class: 'body post-text', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, 'aria-keyshortcuts': 'Control+Enter', lang: language, dir: direction(language), spellcheck: 'true' },
      handleKeyDown: (_view, e) => {
        if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return false
        calls.current.onSend()
        return true
      },
    },
    onUpdate: ({ editor: e }) => {
      const now = toBody(e.getJSON() as never)
      shown.current = now
      calls.current.onChange(now)
    },
  })
  useEffect(() => {
    if (same(body, shown.current)) return
    shown.current = body
    editor.commands.setContent(fromBody(body), { emitUpdate: false })
  }, [editor, body])
  useEffect(() => { if (focus > 0) editor.commands.focus('end') }, [editor, focus])
  return <div className="post-text-of" data-empty={!body.content?.length || undefined}>
    <EditorContent editor={editor} />
    <Slash editor={editor} list={commands} onFiles={(files) => calls.current.onFiles(files)} />
  </div>
}
