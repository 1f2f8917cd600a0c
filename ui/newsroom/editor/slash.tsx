// The menu on "/": blocks without the mouse.
import { Paper } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useEffect, useRef, useState } from 'react'
import { t, type Key } from '../words'

/** What a block needs that is chosen elsewhere. */
export type Asked = 'picture' | 'gallery' | 'related'

export interface Block { key: Key, file?: boolean, ask?: Asked, run: (e: Editor) => void }

const cell = (type: string) => ({ type, content: [{ type: 'paragraph' }] })

/** What can be put into a story. */
export const blocks: Block[] = [
  { key: 'block.heading', run: (e) => e.chain().focus().setHeading({ level: 2 }).run() },
  { key: 'block.subheading', run: (e) => e.chain().focus().setHeading({ level: 3 }).run() },
  { key: 'block.quote', run: (e) => e.chain().focus().toggleBlockquote().run() },
  { key: 'block.list', run: (e) => e.chain().focus().toggleBulletList().run() },
  { key: 'block.numbers', run: (e) => e.chain().focus().toggleOrderedList().run() },
  { key: 'block.picture', ask: 'picture', run: () => undefined },
  { key: 'block.gallery', ask: 'gallery', run: () => undefined },
  { key: 'block.related', ask: 'related', run: () => undefined },
  { key: 'block.box', run: (e) => e.chain().focus().insertContent({ type: 'factBox', content: [{ type: 'paragraph' }] }).run() },
  { key: 'block.table', run: (e) => e.chain().focus().insertContent({ type: 'table', content: [{ type: 'tableRow', content: [cell('tableHeader'), cell('tableHeader')] }, { type: 'tableRow', content: [cell('tableCell'), cell('tableCell')] }] }).run() },
  { key: 'block.rule', run: (e) => e.chain().focus().setHorizontalRule().run() },
]

export function Slash({ editor, list = blocks, onFiles, onAsk }: { editor: Editor, list?: readonly Block[], onFiles?: (files: File[]) => void, onAsk?: (what: Asked) => void }) {
  const typed = useEditorState({ editor, selector: ({ editor: e }) => {
    const { $from, empty } = e.state.selection
    if (!empty || $from.parent.type.name !== 'paragraph' || !e.isFocused) return undefined
    const text = $from.parent.textContent
    return text.startsWith('/') && $from.parentOffset === text.length && text.length <= 20 ? text.slice(1) : undefined
  } })
  const [at, setAt] = useState(0)
  const [closed, setClosed] = useState<string>()
  const file = useRef<HTMLInputElement>(null)
  const found = typed === undefined ? [] : list.filter((b) => t(b.key).toLocaleLowerCase().includes(typed.toLocaleLowerCase()))
  const open = typed !== undefined && typed !== closed && found.length > 0
  const choose = (b: Block | undefined) => {
    if (!b) return
    const { $from } = editor.state.selection
    editor.chain().focus().deleteRange({ from: $from.start(), to: $from.end() }).run()
    if (b.file) file.current?.click()
    else if (b.ask) onAsk?.(b.ask)
    else b.run(editor)
  }
  const now = useRef({ open, found, at, choose, typed })
  now.current = { open, found, at, choose, typed }
  useEffect(() => { setAt(0) }, [typed])
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const n = now.current
      if (!n.open) return
      if (e.key === 'ArrowDown') setAt((n.at + 1) % n.found.length)
      else if (e.key === 'ArrowUp') setAt((n.at + n.found.length - 1) % n.found.length)
      else if (e.key === 'Enter' || e.key === 'Tab') n.choose(n.found[n.at])
      else if (e.key === 'Escape') setClosed(n.typed)
      else return
      e.preventDefault()
      e.stopPropagation()
    }
    const dom = editor.view.dom
    dom.addEventListener('keydown', press, true)
    return () => dom.removeEventListener('keydown', press, true)
  }, [editor])
  const box = open ? editor.view.coordsAtPos(editor.state.selection.from) : undefined
  const place = (el: HTMLDivElement | null) => { if (el && box) { el.style.top = `${box.bottom + 4}px`; el.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 230))}px` } }
  return <>
    <input ref={file} type="file" accept="image/*" multiple hidden onChange={(e) => { onFiles?.(Array.from(e.currentTarget.files ?? [])); e.currentTarget.value = '' }} />
    {open && <Paper ref={place} className="slash" role="listbox" aria-label={t('block.label')}>{found.map((b, i) => <div key={b.key} role="option" aria-selected={i === at} onMouseDown={(e) => { e.preventDefault(); choose(b) }} onMouseEnter={() => setAt(i)}>{t(b.key)}</div>)}</Paper>}
  </>
}
