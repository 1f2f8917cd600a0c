// The menu on "/": blocks without the mouse.
import { Paper, VisuallyHidden } from '@mantine/core'
import type { Editor, JSONContent } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { useEditorState } from '@tiptap/react'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { t, type Key } from '../words'
import { look } from './cursor'

/** What a block needs that is chosen elsewhere. */
export type Asked = 'picture' | 'gallery' | 'related'

export interface Block { key: Key, file?: boolean, ask?: Asked, run: (e: Editor) => void }

const cell = (type: string) => ({ type, content: [{ type: 'paragraph' }] })

/** Puts a block that holds text in, with a line to go on after it, and the cursor at its first place. */
const into = (block: JSONContent) => (e: Editor) => {
  const { from } = e.state.selection
  e.chain().focus().insertContent([block, { type: 'paragraph' }]).command(({ tr }) => {
    let at: number | undefined
    tr.doc.nodesBetween(from - 1, tr.doc.content.size, (n, pos) => { if (at === undefined && n.type.name === block.type) at = pos; return at === undefined })
    if (at !== undefined) tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1)))
    return true
  }).run()
}

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
  { key: 'block.box', run: into({ type: 'factBox', content: [{ type: 'paragraph' }] }) },
  { key: 'block.table', run: into({ type: 'table', content: [{ type: 'tableRow', content: [cell('tableHeader'), cell('tableHeader')] }, { type: 'tableRow', content: [cell('tableCell'), cell('tableCell')] }] }) },
  { key: 'block.rule', run: (e) => e.chain().focus().setHorizontalRule().run() },
]

/** What was typed behind a "/" that begins the line, as long as it can be the name of a block. */
function asked(e: Editor): string | undefined {
  const { $from, empty } = e.state.selection
  if (!empty || $from.parent.type.name !== 'paragraph' || !e.isFocused) return undefined
  const text = $from.parent.textContent
  return text.startsWith('/') && $from.parentOffset === text.length && text.length <= 20 ? text.slice(1) : undefined
}

export function Slash({ editor, list = blocks, onFiles, onAsk }: { editor: Editor, list?: readonly Block[], onFiles?: (files: File[]) => void, onAsk?: (what: Asked) => void }) {
  const typed = useEditorState({ editor, selector: ({ editor: e }) => asked(e) })
  const [at, setAt] = useState(0)
  const [closed, setClosed] = useState<string>()
  const file = useRef<HTMLInputElement>(null)
  const fitting = (typed: string | undefined) => typed === undefined || typed === closed ? [] : list.filter((b) => t(b.key).toLocaleLowerCase().includes(typed.toLocaleLowerCase()))
  const found = fitting(typed)
  const open = found.length > 0
  const choose = (b: Block | undefined) => {
    if (!b) return
    const { $from } = editor.state.selection
    editor.chain().focus().deleteRange({ from: $from.start(), to: $from.end() }).run()
    if (b.file) file.current?.click()
    else if (b.ask) onAsk?.(b.ask)
    else b.run(editor)
  }
  const now = useRef({ at, choose, fitting, typed })
  now.current = { at, choose, fitting, typed }
  useEffect(() => { setAt(0) }, [typed])
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const n = now.current
      look(editor.view, e)
      const typed = asked(editor) // what stands there, drawn or not
      const found = n.fitting(typed)
      if (found.length === 0) return
      const at = typed === n.typed ? n.at : 0
      if (e.key === 'ArrowDown') setAt((at + 1) % found.length)
      else if (e.key === 'ArrowUp') setAt((at + found.length - 1) % found.length)
      else if (e.key === 'Enter' || e.key === 'Tab') n.choose(found[at])
      else if (e.key === 'Escape') setClosed(typed)
      else return
      e.preventDefault()
      e.stopPropagation()
    }
    const gone = () => { if (asked(editor) === undefined) setClosed(undefined) } // another "/" may follow before this is drawn
    const dom = editor.view.dom
    dom.addEventListener('keydown', press, true)
    editor.on('transaction', gone)
    return () => { dom.removeEventListener('keydown', press, true); editor.off('transaction', gone) }
  }, [editor])
  const menu = useRef<HTMLDivElement>(null)
  const name = useId()
  const on = Math.min(at, found.length - 1)
  useEffect(() => { // the cursor stays in the text, which says what is chosen
    const { dom } = editor.view
    const say = { 'aria-controls': name, 'aria-activedescendant': `${name}-${on}` }
    for (const [k, v] of Object.entries(say)) if (open) dom.setAttribute(k, v); else dom.removeAttribute(k)
    return () => { for (const k of Object.keys(say)) dom.removeAttribute(k) }
  }, [editor, name, open, on])
  useLayoutEffect(() => {
    if (!open) return
    const put = () => { if (menu.current) place(menu.current, editor) }
    put()
    addEventListener('scroll', put, { capture: true, passive: true })
    visualViewport?.addEventListener('resize', put)
    return () => { removeEventListener('scroll', put, { capture: true }); visualViewport?.removeEventListener('resize', put) }
  }, [open, editor, typed])
  useEffect(() => { if (open) menu.current?.children[at]?.scrollIntoView({ block: 'nearest' }) }, [open, at])
  return <>
    <input ref={file} type="file" accept="image/*" multiple hidden onChange={(e) => { onFiles?.(Array.from(e.currentTarget.files ?? [])); e.currentTarget.value = '' }} />
    {open && <Paper ref={menu} id={name} className="slash" role="listbox" aria-label={t('block.label')}>{found.map((b, i) => <div key={b.key} id={`${name}-${i}`} role="option" aria-selected={i === on} onMouseDown={(e) => { e.preventDefault(); choose(b) }} onMouseEnter={() => setAt(i)}>{t(b.key)}</div>)}</Paper>}
    <VisuallyHidden role="status">{open && `${t('block.label')}: ${t('palette.count', { n: found.length })}`}</VisuallyHidden>
  </>
}

/** Puts the menu under the cursor, or above it where there is more room; what does not fit there scrolls. */
function place(menu: HTMLElement, editor: Editor) {
  const box = editor.view.coordsAtPos(editor.state.selection.from)
  const top = (visualViewport?.offsetTop ?? 0) + 8
  const foot = top + (visualViewport?.height ?? innerHeight) - 16 // a phone's keyboard takes of it
  menu.style.maxHeight = ''
  const below = foot - box.bottom - 4
  const above = box.top - 4 - top
  const under = menu.offsetHeight <= below || below >= above
  menu.style.maxHeight = `${under ? below : above}px`
  menu.style.top = `${under ? box.bottom + 4 : box.top - 4 - menu.offsetHeight}px`
  const start = getComputedStyle(editor.view.dom).direction === 'rtl' ? box.left - menu.offsetWidth : box.left
  menu.style.left = `${Math.max(8, Math.min(start, innerWidth - menu.offsetWidth - 8))}px`
}
