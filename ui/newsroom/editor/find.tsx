// Find and replace in the text of a story.
import { ActionIcon, Button, Checkbox, CloseButton, Group, TextInput } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useEffect, useRef, useState } from 'react'
import { number, t } from '../words'
import { find, finding, replace, step } from './finding'

export function Find({ editor, editable, onClose }: { editor: Editor, editable: boolean, onClose: () => void }) {
  const [query, setQuery] = useState(() => { const { from, to } = editor.state.selection; return editor.state.doc.textBetween(from, to).slice(0, 100) })
  const [exact, setExact] = useState(false)
  const [by, setBy] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const found = useEditorState({ editor, selector: ({ editor: e }) => { const f = finding.getState(e.state); return { n: f?.places.length ?? 0, at: f?.at ?? 0 } } })
  const run = (make: (s: typeof editor.state) => typeof editor.state.tr) => editor.view.dispatch(make(editor.state))
  useEffect(() => { field.current?.focus(); field.current?.select() }, [])
  useEffect(() => { run(find(query, exact)) }, [query, exact]) // eslint-disable-line
  useEffect(() => () => { if (!editor.isDestroyed) editor.view.dispatch(find('', false)(editor.state)) }, [editor])
  const close = () => { onClose(); editor.commands.focus() }
  const press = (e: React.KeyboardEvent) => {
    if (e.key === 'Escape') { e.preventDefault(); close() }
    if (e.key === 'Enter' && e.currentTarget === field.current) { e.preventDefault(); run(step(e.shiftKey ? -1 : 1)) }
  }
  return (
    <div className="find" role="search" aria-label={t('find.label')}>
      <Group gap="xs" wrap="wrap">
        <TextInput ref={field} size="xs" className="grow" value={query} onChange={(e) => setQuery(e.currentTarget.value)} onKeyDown={press} aria-label={t('find.words')} placeholder={t('find.words')} dir="auto" />
        <span className="quiet count" role="status">{query === '' ? '' : found.n === 0 ? t('find.none') : t('find.at', { at: number(found.at + 1), n: number(found.n) })}</span>
        <ActionIcon variant="default" size="md" aria-label={t('find.previous')} disabled={found.n === 0} onClick={() => run(step(-1))}><span aria-hidden="true">↑</span></ActionIcon>
        <ActionIcon variant="default" size="md" aria-label={t('find.next')} disabled={found.n === 0} onClick={() => run(step(1))}><span aria-hidden="true">↓</span></ActionIcon>
        <Checkbox size="xs" label={t('find.exact')} checked={exact} onChange={(e) => setExact(e.currentTarget.checked)} />
        <CloseButton aria-label={t('app.close')} onClick={close} />
      </Group>
      {editable && <Group gap="xs" wrap="wrap">
        <TextInput size="xs" className="grow" value={by} onChange={(e) => setBy(e.currentTarget.value)} onKeyDown={press} aria-label={t('find.by')} placeholder={t('find.by')} dir="auto" />
        <Button size="xs" variant="default" disabled={found.n === 0} onClick={() => run(replace(by, false))}>{t('find.replace')}</Button>
        <Button size="xs" variant="default" disabled={found.n === 0} onClick={() => run(replace(by, true))}>{t('find.all')}</Button>
      </Group>}
    </div>
  )
}
