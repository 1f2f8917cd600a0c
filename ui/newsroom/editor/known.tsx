// Authors and topics that are known already, offered while one types; whatever else is typed stays as it is.
import { TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { client, got } from '../api'
import { t } from '../words'
import { names, under, type Byline } from './byline'

/** What was typed, a moment after the last letter. */
function useSettled(typed: string): string {
  const [settled, setSettled] = useState('')
  useEffect(() => { const timer = setTimeout(() => setSettled(typed.trim()), 200); return () => clearTimeout(timer) }, [typed])
  return typed.trim() === '' ? '' : settled
}

/** The byline: names with commas between them, each of them anybody's. */
export function BylineField({ byline, editable, onChange, onKeyDown }: { byline: Byline, editable: boolean, onChange: (byline: Byline) => void, onKeyDown?: (e: React.KeyboardEvent) => void }) {
  const text = byline.map((b) => b.name).join(', ')
  const field = useRef<HTMLInputElement>(null)
  const [place, setPlace] = useState({ at: 0, typed: '' })
  const [at, setAt] = useState(-1)
  const list = useId()
  const asked = useSettled(place.typed)
  const found = useQuery({ queryKey: ['authors', 'known', asked], enabled: editable && asked !== '', staleTime: 10_000, queryFn: async () => (await got(client.GET('/api/v1/authors', { params: { query: { q: asked, limit: 8 } } }))).items })
  const shown = place.typed === '' || asked === '' ? [] : (found.data ?? []).filter((a) => !byline.some((b) => b.author === a.slug))
  const shut = () => { setPlace({ at: 0, typed: '' }); setAt(-1) }
  const choose = (a: { name: string, slug: string }) => {
    const next = byline.map((b, i) => i === place.at ? { name: a.name, author: a.slug } : b)
    onChange(next)
    shut()
    const end = next.slice(0, place.at + 1).map((b) => b.name).join(', ').length
    requestAnimationFrame(() => field.current?.setSelectionRange(end, end))
  }
  const press = (e: React.KeyboardEvent) => {
    if (shown.length === 0) { onKeyDown?.(e); return }
    if (e.key === 'ArrowDown') setAt((at + 1) % shown.length)
    else if (e.key === 'ArrowUp') setAt((at + shown.length - (at < 0 ? 0 : 1)) % shown.length)
    else if (e.key === 'Escape') shut()
    else if (e.key === 'Enter' && shown[at]) choose(shown[at])
    else { onKeyDown?.(e); return }
    e.preventDefault()
    e.stopPropagation()
  }
  return (
    <div className="by">
      <input ref={field} className="plain by" value={text} placeholder={t('field.byline')} aria-label={t('field.byline')} readOnly={!editable} dir="auto" autoComplete="off"
        role="combobox" aria-expanded={shown.length > 0} aria-controls={list} aria-autocomplete="list" {...(at >= 0 && shown[at] ? { 'aria-activedescendant': `${list}-${at}` } : {})}
        onChange={(e) => { const { value, selectionStart } = e.currentTarget; setPlace(under(value, selectionStart ?? value.length)); setAt(-1); onChange(names(value, byline)) }} onKeyDown={press} onBlur={shut} />
      <div id={list} role="listbox" aria-label={t('known.authors')} hidden={shown.length === 0}>
        {shown.map((a, i) => <div key={a.slug} id={`${list}-${i}`} role="option" aria-selected={i === at} onMouseDown={(e) => { e.preventDefault(); choose(a) }} onMouseMove={() => setAt(i)}>
          <bdi>{a.name}</bdi><span className="quiet"><bdi>{a.role || t('entries.stories', { n: a.stories })}</bdi></span></div>)}
      </div>
      <span className="spoken" role="status">{shown.length > 0 ? t('known.found', { n: shown.length }) : ''}</span>
    </div>
  )
}

/** The tags: topics of the edition are offered, any other word is a new one. */
export function TagsField({ tags, edition, editable, onChange }: { tags: string[], edition: string, editable: boolean, onChange: (tags: string[]) => void }) {
  const [typed, setTyped] = useState('')
  const asked = useSettled(typed)
  const found = useQuery({ queryKey: ['topics', 'known', edition, asked], enabled: editable && asked !== '', staleTime: 10_000, queryFn: async () => (await got(client.GET('/api/v1/topics', { params: { query: { edition, q: asked, limit: 8 } } }))).items })
  const known = typed.trim() === '' || asked === '' ? [] : [...new Set((found.data ?? []).map((k) => k.name))].filter((name) => !tags.includes(name))
  return <TagsInput label={t('field.tags')} value={tags} onChange={onChange} maxTags={50} searchValue={typed} onSearchChange={setTyped} data={known} filter={({ options }) => options} disabled={!editable} dir="auto" />
}
