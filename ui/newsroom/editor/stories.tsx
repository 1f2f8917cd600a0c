// Stories of our own, found by the beginning of their words.
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { client, got, type Article } from '../api'
import { direction, moment, t, type Key } from '../words'

/** A field in which one types words of a headline and chooses a story, of one edition when it is given. */
export function StorySearch({ label, without, edition, onChoose, onTyped, onEnter }: { label: string, without: readonly string[], edition?: string, onChoose: (a: Article) => void, onTyped?: (words: string) => void, onEnter?: (words: string) => void }) {
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  const [at, setAt] = useState(-1)
  const list = useId()
  useEffect(() => { const timer = setTimeout(() => setAsked(typed.trim()), 200); return () => clearTimeout(timer) }, [typed])
  const address = /^([a-z]+:|\/|#)|^\S+\.\S{2,}$/i.test(typed.trim())
  const found = useQuery({ queryKey: ['stories', asked, edition ?? ''], enabled: asked.length > 1 && !address, staleTime: 10_000, queryFn: async () => (await got(client.GET('/api/v1/articles', { params: { query: { q: asked, state: 'published', limit: 10, ...(edition ? { edition } : {}) } } }))).items })
  const shown = typed.trim().length > 1 && !address ? (found.data ?? []).filter((a) => !without.includes(a.id)) : []
  const choose = (a: Article) => { setTyped(''); setAsked(''); onChoose(a) }
  const press = (e: React.KeyboardEvent) => {
    if (e.key === 'ArrowDown' && shown.length > 0) setAt((at + 1) % shown.length)
    else if (e.key === 'ArrowUp' && shown.length > 0) setAt((at + shown.length - 1) % shown.length)
    else if (e.key === 'Enter') { if (shown[at]) choose(shown[at]); else onEnter?.(typed.trim()) }
    else return
    e.preventDefault()
  }
  return (
    <div className="storysearch">
      <TextInput size="xs" label={label} value={typed} onChange={(e) => { setTyped(e.currentTarget.value); setAt(-1); onTyped?.(e.currentTarget.value) }} onKeyDown={press} dir="auto" role="combobox" aria-expanded={shown.length > 0} aria-controls={list} aria-autocomplete="list" {...(at >= 0 ? { 'aria-activedescendant': `${list}-${at}` } : {})} />
      <div id={list} role="listbox" aria-label={label}>
        {shown.map((a, i) => <div key={a.id} id={`${list}-${i}`} role="option" aria-selected={i === at} onMouseDown={(e) => { e.preventDefault(); choose(a) }} onMouseMove={() => setAt(i)}>
          <span lang={a.language} dir={direction(a.language)}>{a.headline}</span><span className="quiet">{a.published_at ? moment(a.published_at) : t(`state.${a.state}` as Key)}</span></div>)}
      </div>
      {asked.length > 1 && !address && found.isSuccess && shown.length === 0 && typed.trim() === asked && <p className="quiet" role="status">{t('stories.none')}</p>}
    </div>
  )
}
