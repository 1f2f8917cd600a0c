// The canvas: the body of a story as it will stand on the page.
import { ActionIcon, Button, Group, Menu, Modal, Paper } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { EditorContent, NodeViewContent, NodeViewWrapper, ReactNodeViewRenderer, useEditor, useEditorState, type NodeViewProps } from '@tiptap/react'
import { createContext, useContext, useEffect, useRef, useState, type RefObject } from 'react'
import { upload, usePicture } from '../pictures'
import { direction, t, type Key } from '../words'
import { Cursor } from './cursor'
import { hunks, same, type Body, type Node } from './document'
import { Paste } from './paste'
import { Credit, Thumb } from './picture'
import { Find } from './find'
import { Finding } from './finding'
import { usePicker } from '../pictures/picker'
import { StorySearch } from './stories'
import { Embed, extensions, FactBox, fromBody, Gallery, Media, Picture, Related, toBody } from './schema'
import { blocks, Slash, type Asked } from './slash'
import { RelatedCard } from './related'
import { Spot } from './spot'
import { TableTools } from './tables'

const draw = (View: (p: NodeViewProps) => React.JSX.Element) => ({ addNodeView: () => ReactNodeViewRenderer(View) })

/** Whether one may write: the leaves hear it, which the editor does not draw again for that. */
const Writable = createContext(true)

function PictureView({ node, updateAttributes, selected }: NodeViewProps) {
  const { id, caption, alt } = node.attrs as { id: string, caption: string | null, alt: string | null }
  const writable = useContext(Writable)
  const own = usePicture(id).data // what stands on the page where nothing else is typed here
  return (
    <NodeViewWrapper className="leaf picture" data-selected={selected || undefined}>
      <figure><Thumb id={id} width={640} />
        <figcaption contentEditable={false}>
          <input className="plain" value={caption ?? ''} placeholder={own?.caption || t('picture.caption')} aria-label={t('picture.caption')} onChange={(e) => updateAttributes({ caption: e.currentTarget.value || null })} readOnly={!writable} dir="auto" />
          <input className="plain" value={alt ?? ''} placeholder={own?.alt || t('picture.alt')} aria-label={t('picture.alt')} onChange={(e) => updateAttributes({ alt: e.currentTarget.value || null })} readOnly={!writable} dir="auto" />
          {own && <Credit key={own.id} picture={own} writable={writable} />}
        </figcaption></figure>
    </NodeViewWrapper>
  )
}
/** Several pictures as one: put in order, taken out, more brought in from the picture desk. */
function GalleryView({ node, selected, updateAttributes, deleteNode }: NodeViewProps) {
  const pictures = node.attrs.pictures as string[]
  const writable = useContext(Writable)
  const [choose, picker] = usePicker()
  const set = (next: string[]) => { if (next.length === 0) deleteNode(); else updateAttributes({ pictures: next }) }
  const move = (i: number, by: number) => { const next = [...pictures]; const [one] = next.splice(i, 1); next.splice(i + by, 0, one!); set(next) }
  return (
    <NodeViewWrapper className="leaf gallery" data-selected={selected || undefined}>
      <ul contentEditable={false} aria-label={t('block.gallery')}>{pictures.map((id, i) => <li key={id}><Thumb id={id} />
        {writable && <Group gap={2} justify="center">
          <ActionIcon size="sm" variant="subtle" color="gray" disabled={i === 0} aria-label={t('gallery.earlier', { n: i + 1 })} onClick={() => move(i, -1)}><span aria-hidden="true">↑</span></ActionIcon>
          <ActionIcon size="sm" variant="subtle" color="gray" disabled={i === pictures.length - 1} aria-label={t('gallery.later', { n: i + 1 })} onClick={() => move(i, 1)}><span aria-hidden="true">↓</span></ActionIcon>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('gallery.remove', { n: i + 1 })} onClick={() => set(pictures.filter((p) => p !== id))}><span aria-hidden="true">×</span></ActionIcon>
        </Group>}</li>)}</ul>
      {writable && <div contentEditable={false}><Button size="compact-xs" variant="default" onClick={() => void choose({ many: true }).then((ids) => { if (ids) set([...pictures, ...ids.filter((id) => !pictures.includes(id))]) })}>{t('gallery.more')}</Button>{picker}</div>}
    </NodeViewWrapper>
  )
}
const RelatedView = ({ node, selected }: NodeViewProps) => <NodeViewWrapper className="leaf related" data-selected={selected || undefined}><RelatedCard id={node.attrs.id as string} /></NodeViewWrapper>
function MediaView({ node, updateAttributes, selected }: NodeViewProps) {
  const { kind, src, title } = node.attrs as { kind: string, src: string, title: string | null }
  const writable = useContext(Writable)
  return <NodeViewWrapper className="leaf" data-selected={selected || undefined}><strong>{t(`media.${kind}` as Key)}</strong> <bdi>{src}</bdi><input className="plain" value={title ?? ''} aria-label={t('media.title')} placeholder={t('media.title')} onChange={(e) => updateAttributes({ title: e.currentTarget.value || null })} readOnly={!writable} dir="auto" /></NodeViewWrapper>
}
/** A thing elsewhere: nothing of it is loaded here, nor at the reader's before he asks for it. */
function EmbedView({ node, selected, updateAttributes }: NodeViewProps) {
  const { url, title, provider } = node.attrs as { url: string, title: string | null, provider: string | null }
  const writable = useContext(Writable)
  return (
    <NodeViewWrapper className="leaf" data-selected={selected || undefined}>
      <div contentEditable={false}><strong>{t('block.embed')}</strong> {provider && <bdi>{provider} </bdi>}<a href={url} target="_blank" rel="noopener noreferrer" dir="ltr">{url}</a>
        <input className="plain" value={title ?? ''} readOnly={!writable} aria-label={t('media.title')} placeholder={t('media.title')} onChange={(e) => updateAttributes({ title: e.currentTarget.value || null })} dir="auto" />
        <span className="quiet">{t('embed.why')}</span></div>
    </NodeViewWrapper>
  )
}

/** A box of facts: its title, and text like any other below it. */
function BoxView({ node, updateAttributes }: NodeViewProps) {
  const writable = useContext(Writable)
  return (
    <NodeViewWrapper as="aside">
      <div contentEditable={false}><input className="plain box-title" value={(node.attrs.title as string | null) ?? ''} maxLength={200} placeholder={t('box.title')} aria-label={t('box.title')} onChange={(e) => updateAttributes({ title: e.currentTarget.value || null })} readOnly={!writable} dir="auto" /></div>
      <NodeViewContent />
    </NodeViewWrapper>
  )
}

/** The leaves of a text, and its boxes, as one edits them. */
export const views = [FactBox.extend(draw(BoxView)), Picture.extend(draw(PictureView)), Gallery.extend(draw(GalleryView)), Related.extend(draw(RelatedView)), Media.extend(draw(MediaView)), Embed.extend(draw(EmbedView))]

/** Brings the first block that changed into view and lets it glow for a moment. */
function point(editor: Editor, before: Body, now: Body) {
  const blocks = now.content ?? []
  const at = blocks.findIndex((b, i) => !same(b, before.content?.[i]))
  const block = editor.view.dom.children[at < 0 ? blocks.length - 1 : at]
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  block?.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' })
  if (!still) block?.animate([{ backgroundColor: 'var(--flimsy)' }, { backgroundColor: 'transparent' }], 1600)
}

/** Puts the blocks of a body in where they differ; the cursor stays in its words, and one's own steps can be undone as before. */
function bringIn(editor: Editor, body: Body, undoable: boolean) {
  const { doc, tr, schema } = editor.state
  const now = schema.nodeFromJSON(fromBody(body))
  const places = [0]
  doc.forEach((n) => places.push(places.at(-1)! + n.nodeSize))
  const blocks = (of: typeof doc) => of.content.content.map((n) => n.toJSON() as Node)
  for (const h of hunks(blocks(doc), blocks(now)).reverse()) tr.replaceWith(places[h.start]!, places[h.end]!, now.content.content.slice(h.from, h.to))
  if (!undoable) tr.setMeta('addToHistory', false)
  editor.view.dispatch(tr.setMeta('preventUpdate', true))
}

export interface BodyProps {
  body: Body
  /** The body that came from others last: undo does not take it away. */
  others: RefObject<Body | undefined>
  language: string
  editable: boolean
  /** Follows another's writing: what came last is brought into view. */
  watching: boolean
  /** Hears in which block of the text one writes, from 0. */
  onBlock?: (at: number) => void
  onChange: (body: Body) => void
  onPasteFailed: () => void
  onUploadFailed: (error: unknown) => void
}

export function BodyEditor({ body, others, language, editable, watching, onBlock, onChange, onPasteFailed, onUploadFailed }: BodyProps) {
  const shown = useRef(body)
  const calls = useRef({ onChange, onBlock, onPasteFailed, onUploadFailed })
  calls.current = { onChange, onBlock, onPasteFailed, onUploadFailed }
  const [uploading, setUploading] = useState(0)
  const made = useRef<Editor | null>(null)
  // Each picture stands where it was dropped, after the one before it, wherever one writes on meanwhile.
  const bring = async (files: File[], at?: number) => {
    const spot = new Spot(made.current!, at)
    setUploading((n) => n + files.length)
    for (const file of files) {
      try {
        const p = await upload(file)
        spot.put({ type: 'picture', attrs: { id: p.id } })
      } catch (error) {
        calls.current.onUploadFailed(error)
      } finally {
        setUploading((n) => n - 1)
      }
    }
    spot.done()
  }
  const editor = useEditor({
    injectCSS: false,
    immediatelyRender: true,
    editable,
    extensions: [
      ...extensions(views),
      Cursor,
      Finding,
      Paste.configure({ onFailed: () => calls.current.onPasteFailed(), onFiles: (files, at) => void bring(files, at) }),
    ],
    content: fromBody(body),
    editorProps: {
      attributes: { class: 'body', role: 'textbox', 'aria-multiline': 'true', 'aria-label': t('editor.body'), 'data-hint': t('editor.hint'), lang: language, dir: direction(language), spellcheck: 'true' },
      handleKeyDown: (_, e) => e.key === 'Enter' && (e.ctrlKey || e.metaKey), // opens the publish sheet, and is no line end
    },
    onSelectionUpdate: ({ editor: e }) => calls.current.onBlock?.(e.state.selection.$from.index(0)),
    onUpdate: ({ editor: e }) => {
      const now = toBody(e.getJSON() as never)
      shown.current = now
      calls.current.onChange(now)
    },
  })
  made.current = editor
  const empty = useEditorState({ editor, selector: ({ editor: e }) => e.isEmpty })
  const watch = useRef(watching)
  watch.current = watching
  useEffect(() => { editor.setEditable(editable, false) }, [editor, editable])
  // Another's words came in beside one's own: they are shown, and the cursor stays where it was as far as it can.
  useEffect(() => {
    if (same(body, shown.current)) return
    const before = shown.current
    shown.current = body
    bringIn(editor, body, body !== others.current)
    if (watch.current) point(editor, before, body)
  }, [editor, body, others])

  const [finds, setFinds] = useState(false)
  const [choose, picker] = usePicker()
  const [asksStory, setAsksStory] = useState(false)
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (!(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey || e.key.toLowerCase() !== 'f' || document.querySelector('[role=dialog]')) return
      e.preventDefault()
      setFinds(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  // What a block needs that is chosen elsewhere.
  const ask = async (what: Asked) => {
    if (what === 'related') { setAsksStory(true); return }
    const ids = await choose(what === 'gallery' ? { many: true } : { files: true })
    if (!ids || ids.length === 0) return
    editor.chain().focus().insertContent([...(what === 'gallery' ? [{ type: 'gallery', attrs: { pictures: ids } }] : ids.map((id) => ({ type: 'picture', attrs: { id } }))), { type: 'paragraph' }]).run()
  }

  return (
    <div className="canvas" data-empty={(empty && editable) || undefined}>
      {finds && <Find editor={editor} editable={editable} onClose={() => setFinds(false)} />}
      {editable && <Format editor={editor} onAsk={(what) => void ask(what)} />}
      <Writable.Provider value={editable}><EditorContent editor={editor} /></Writable.Provider>
      {editable && <Slash editor={editor} onAsk={(what) => void ask(what)} />}
      {picker}
      <Modal opened={asksStory} onClose={() => setAsksStory(false)} title={t('block.related')} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <StorySearch label={t('related.search')} without={[]} onChoose={(a) => { setAsksStory(false); setTimeout(() => editor.chain().focus().insertContent([{ type: 'related', attrs: { id: a.id } }, { type: 'paragraph' }]).run()) }} />
      </Modal>
      {uploading > 0 && <p role="status" className="quiet">{t('picture.uploading', { n: uploading })}</p>}
    </div>
  )
}

const marks: { name: string, key: Key, sign: string, run: (e: Editor) => void }[] = [
  { name: 'bold', key: 'format.bold', sign: 'B', run: (e) => e.chain().focus().toggleBold().run() },
  { name: 'italic', key: 'format.italic', sign: 'I', run: (e) => e.chain().focus().toggleItalic().run() },
  { name: 'strike', key: 'format.strike', sign: 'S', run: (e) => e.chain().focus().toggleStrike().run() },
]

/** The address of a story of our own: a path where it is on this host, so that it moves with the site. */
const address = (url: string): string => { const u = new URL(url); return u.host === location.host ? u.pathname : url }

/** Turns the direction of the block the cursor is in, or lets it be that of the story again. */
function turn(editor: Editor) {
  const { parent } = editor.state.selection.$from
  const story = editor.view.dom.getAttribute('dir') === 'rtl' ? 'rtl' : 'ltr'
  editor.chain().focus().updateAttributes(parent.type.name, { dir: parent.attrs.dir ? null : story === 'rtl' ? 'ltr' : 'rtl' }).run()
}

function Format({ editor, onAsk }: { editor: Editor, onAsk: (what: Asked) => void }) {
  const on = useEditorState({ editor, selector: ({ editor: e }) => ({ bold: e.isActive('bold'), italic: e.isActive('italic'), strike: e.isActive('strike'), link: e.getAttributes('link').href as string | undefined, turned: !!e.state.selection.$from.parent.attrs.dir, empty: e.state.selection.empty }) })
  const [asking, setAsking] = useState(false)
  const [href, setHref] = useState('')
  const link = (href: string) => {
    setAsking(false)
    if (href === '') editor.chain().focus().extendMarkRange('link').unsetLink().run()
    else editor.chain().focus().extendMarkRange('link').setLink({ href: /^([a-z]+:|\/)/i.test(href) ? href : `https://${href}` }).run()
  }
  return (
    <Paper className="format" role="toolbar" aria-label={t('format.label')}>
      {marks.map((m) => <ActionIcon key={m.name} variant="subtle" color="gray" aria-label={t(m.key)} aria-pressed={!!on[m.name as 'bold']} onMouseDown={(e) => e.preventDefault()} onClick={() => m.run(editor)}><span className={`sign ${m.name}`} aria-hidden="true">{m.sign}</span></ActionIcon>)}
      <ActionIcon variant="subtle" color="gray" aria-label={t('format.link')} aria-pressed={on.link !== undefined} onClick={() => setAsking(!asking)} disabled={on.empty && on.link === undefined}><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M7 9a3 3 0 0 0 4.2 0l2-2A3 3 0 0 0 9 2.8l-1 1M9 7a3 3 0 0 0-4.2 0l-2 2A3 3 0 0 0 7 13.2l1-1" fill="none" stroke="currentColor" strokeWidth="1.5" /></svg></ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={t('format.direction')} aria-pressed={on.turned} onMouseDown={(e) => e.preventDefault()} onClick={() => turn(editor)}><span aria-hidden="true">⇄</span></ActionIcon>
      <TableTools editor={editor} />
      {asking && <div className="ask" onKeyDown={(e) => { if (e.key === 'Escape') { setAsking(false); editor.commands.focus() } }}>
        <StorySearch label={t('format.link.search')} without={[]} onChoose={(a) => link(address(a.url))} onTyped={setHref} onEnter={link} />
        <Group gap={4}><Button size="compact-xs" onClick={() => link(href.trim())} disabled={href.trim() === ''}>{t('format.link.set')}</Button>
          {on.link !== undefined && <><a href={on.link} target="_blank" rel="noopener noreferrer" dir="ltr">{on.link}</a><Button size="compact-xs" variant="subtle" color="gray" onClick={() => link('')}>{t('format.link.remove')}</Button></>}</Group></div>}
      <Menu position="bottom-start">
        <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={t('format.insert')}><span aria-hidden="true">+</span></ActionIcon></Menu.Target>
        <Menu.Dropdown>{blocks.map((b) => <Menu.Item key={b.key} onClick={() => b.ask ? onAsk(b.ask) : b.run(editor)}>{t(b.key)}</Menu.Item>)}</Menu.Dropdown>
      </Menu>
    </Paper>
  )
}
