// The canvas: the body of a story as it will stand on the page.
import { ActionIcon, Menu, Paper } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { EditorContent, NodeViewWrapper, ReactNodeViewRenderer, useEditor, useEditorState, type NodeViewProps } from '@tiptap/react'
import { useEffect, useRef, useState } from 'react'
import { upload } from '../pictures'
import { direction, t, type Key } from '../words'
import { same, type Body } from './document'
import { Paste } from './paste'
import { Thumb } from './picture'
import { Embed, extensions, fromBody, Gallery, Media, Picture, Related, toBody } from './schema'
import { blocks, Slash } from './slash'
import { RelatedCard } from './related'

const draw = (View: (p: NodeViewProps) => React.JSX.Element) => ({ addNodeView: () => ReactNodeViewRenderer(View) })

function PictureView({ node, updateAttributes, selected }: NodeViewProps) {
  const { id, caption, alt } = node.attrs as { id: string, caption: string | null, alt: string | null }
  return (
    <NodeViewWrapper className="leaf picture" data-selected={selected || undefined}>
      <figure><Thumb id={id} width={640} />
        <figcaption contentEditable={false}>
          <input className="plain" value={caption ?? ''} placeholder={t('picture.caption')} aria-label={t('picture.caption')} onChange={(e) => updateAttributes({ caption: e.currentTarget.value || null })} dir="auto" />
          <input className="plain" value={alt ?? ''} placeholder={t('picture.alt')} aria-label={t('picture.alt')} onChange={(e) => updateAttributes({ alt: e.currentTarget.value || null })} dir="auto" />
        </figcaption></figure>
    </NodeViewWrapper>
  )
}
const GalleryView = ({ node, selected }: NodeViewProps) => <NodeViewWrapper className="leaf gallery" data-selected={selected || undefined}>{(node.attrs.pictures as string[]).map((id) => <Thumb key={id} id={id} />)}</NodeViewWrapper>
const RelatedView = ({ node, selected }: NodeViewProps) => <NodeViewWrapper className="leaf related" data-selected={selected || undefined}><RelatedCard id={node.attrs.id as string} /></NodeViewWrapper>
function MediaView({ node, updateAttributes, selected }: NodeViewProps) {
  const { kind, src, title } = node.attrs as { kind: string, src: string, title: string | null }
  return <NodeViewWrapper className="leaf" data-selected={selected || undefined}><strong>{t(`media.${kind}` as Key)}</strong> <bdi>{src}</bdi><input className="plain" value={title ?? ''} aria-label={t('media.title')} placeholder={t('media.title')} onChange={(e) => updateAttributes({ title: e.currentTarget.value || null })} dir="auto" /></NodeViewWrapper>
}
const EmbedView = ({ node, selected }: NodeViewProps) => <NodeViewWrapper className="leaf" data-selected={selected || undefined}><strong>{t('block.embed')}</strong> <bdi>{(node.attrs.title as string | null) ?? node.attrs.url as string}</bdi></NodeViewWrapper>

/** Brings the first block that changed into view and lets it glow for a moment. */
function point(editor: Editor, before: Body, now: Body) {
  const blocks = now.content ?? []
  const at = blocks.findIndex((b, i) => !same(b, before.content?.[i]))
  const block = editor.view.dom.children[at < 0 ? blocks.length - 1 : at]
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  block?.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' })
  if (!still) block?.animate([{ backgroundColor: 'var(--flimsy)' }, { backgroundColor: 'transparent' }], 1600)
}

export interface BodyProps {
  body: Body
  language: string
  editable: boolean
  /** Follows another's writing: what came last is brought into view. */
  watching: boolean
  onChange: (body: Body) => void
  onPasteFailed: () => void
  onUploadFailed: (error: unknown) => void
}

export function BodyEditor({ body, language, editable, watching, onChange, onPasteFailed, onUploadFailed }: BodyProps) {
  const shown = useRef(body)
  const calls = useRef({ onChange, onPasteFailed, onUploadFailed })
  calls.current = { onChange, onPasteFailed, onUploadFailed }
  const [uploading, setUploading] = useState(0)
  const made = useRef<Editor | null>(null)
  const bring = async (files: File[]) => {
    for (const file of files) {
      setUploading((n) => n + 1)
      try {
        const p = await upload(file)
        made.current?.chain().focus().insertContent([{ type: 'picture', attrs: { id: p.id } }, { type: 'paragraph' }]).run()
      } catch (error) {
        calls.current.onUploadFailed(error)
      } finally {
        setUploading((n) => n - 1)
      }
    }
  }
  const editor = useEditor({
    injectCSS: false,
    immediatelyRender: true,
    editable,
    extensions: [
      ...extensions([Picture.extend(draw(PictureView)), Gallery.extend(draw(GalleryView)), Related.extend(draw(RelatedView)), Media.extend(draw(MediaView)), Embed.extend(draw(EmbedView))]),
      Paste.configure({ onFailed: () => calls.current.onPasteFailed(), onFiles: (files) => void bring(files) }),
    ],
    content: fromBody(body),
    editorProps: { attributes: { class: 'body', role: 'textbox', 'aria-multiline': 'true', 'aria-label': t('editor.body'), lang: language, dir: direction(language), spellcheck: 'true' } },
    onUpdate: ({ editor: e }) => {
      const now = toBody(e.getJSON() as never)
      shown.current = now
      calls.current.onChange(now)
    },
  })
  made.current = editor
  const watch = useRef(watching)
  watch.current = watching
  useEffect(() => { editor.setEditable(editable, false) }, [editor, editable])
  // Another's words came in beside one's own: they are shown, and the cursor stays where it was as far as it can.
  useEffect(() => {
    if (same(body, shown.current)) return
    const before = shown.current
    shown.current = body
    const { from, to } = editor.state.selection
    editor.commands.setContent(fromBody(body), { emitUpdate: false })
    const end = editor.state.doc.content.size
    editor.commands.setTextSelection({ from: Math.min(from, end), to: Math.min(to, end) })
    if (watch.current) point(editor, before, body)
  }, [editor, body])

  return (
    <div className="canvas">
      {editable && <Format editor={editor} onFiles={(files) => void bring(files)} />}
      <EditorContent editor={editor} />
      {editable && <Slash editor={editor} onFiles={(files) => void bring(files)} />}
      {uploading > 0 && <p role="status" className="quiet">{t('picture.uploading', { n: uploading })}</p>}
    </div>
  )
}

const marks: { name: string, key: Key, sign: string, run: (e: Editor) => void }[] = [
  { name: 'bold', key: 'format.bold', sign: 'B', run: (e) => e.chain().focus().toggleBold().run() },
  { name: 'italic', key: 'format.italic', sign: 'I', run: (e) => e.chain().focus().toggleItalic().run() },
  { name: 'strike', key: 'format.strike', sign: 'S', run: (e) => e.chain().focus().toggleStrike().run() },
]

function Format({ editor, onFiles }: { editor: Editor, onFiles: (files: File[]) => void }) {
  const on = useEditorState({ editor, selector: ({ editor: e }) => ({ bold: e.isActive('bold'), italic: e.isActive('italic'), strike: e.isActive('strike'), link: e.getAttributes('link').href as string | undefined, empty: e.state.selection.empty }) })
  const [asking, setAsking] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const link = (href: string) => {
    setAsking(false)
    if (href === '') editor.chain().focus().extendMarkRange('link').unsetLink().run()
    else editor.chain().focus().extendMarkRange('link').setLink({ href: /^([a-z]+:|\/)/i.test(href) ? href : `https://${href}` }).run()
  }
  return (
    <Paper className="format" role="toolbar" aria-label={t('format.label')}>
      {marks.map((m) => <ActionIcon key={m.name} variant="subtle" color="gray" aria-label={t(m.key)} aria-pressed={!!on[m.name as 'bold']} onMouseDown={(e) => e.preventDefault()} onClick={() => m.run(editor)}><span className={`sign ${m.name}`} aria-hidden="true">{m.sign}</span></ActionIcon>)}
      <ActionIcon variant="subtle" color="gray" aria-label={t('format.link')} aria-pressed={on.link !== undefined} onClick={() => setAsking(!asking)} disabled={on.empty && on.link === undefined}><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M7 9a3 3 0 0 0 4.2 0l2-2A3 3 0 0 0 9 2.8l-1 1M9 7a3 3 0 0 0-4.2 0l-2 2A3 3 0 0 0 7 13.2l1-1" fill="none" stroke="currentColor" strokeWidth="1.5" /></svg></ActionIcon>
      {asking && <form className="ask" onSubmit={(e) => { e.preventDefault(); link(new FormData(e.currentTarget).get('href') as string) }}>
        <input name="href" defaultValue={on.link ?? ''} autoFocus aria-label={t('format.link.address')} placeholder="https://" dir="ltr" onKeyDown={(e) => { if (e.key === 'Escape') { setAsking(false); editor.commands.focus() } }} /><button type="submit">{t('format.link.set')}</button></form>}
      <Menu position="bottom-start">
        <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={t('format.insert')}><span aria-hidden="true">+</span></ActionIcon></Menu.Target>
        <Menu.Dropdown>{blocks.map((b) => <Menu.Item key={b.key} onClick={() => b.file ? file.current?.click() : b.run(editor)}>{t(b.key)}</Menu.Item>)}</Menu.Dropdown>
      </Menu>
      <input ref={file} type="file" accept="image/*" multiple hidden onChange={(e) => { onFiles(Array.from(e.currentTarget.files ?? [])); e.currentTarget.value = '' }} />
    </Paper>
  )
}
