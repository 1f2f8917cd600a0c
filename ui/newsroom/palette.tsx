// Everything by its name: stories by their headlines, places, and what one can do, on Ctrl+K.
import { Modal, TextInput, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { client, Failure, got, key } from './api'
import { showKeys } from './keys'
import { placesOf } from './places'
import { has, useSession } from './session'
import { settingsPlaces } from './settings/places'
import { autonyms, direction, languages, spoken, t, type Key, type Language } from './words'

interface Entry { id: string, words: string, hint?: string, lang?: string, run: () => void }

/** Whether every word that was typed begins a word of the entry. */
const fits = (words: string, typed: string): boolean => {
  const there = words.toLocaleLowerCase().split(/[\s\p{P}]+/u)
  return typed.toLocaleLowerCase().split(/\s+/).filter(Boolean).every((w) => there.some((x) => x.startsWith(w)))
}

export function Palette({ onClose, onLanguage }: { onClose: () => void, onLanguage: (l: Language) => void }) {
  const { me, editions } = useSession()
  const go = useNavigate()
  const cache = useQueryClient()
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  const [at, setAt] = useState(0)
  const [failed, setFailed] = useState<string>()
  const list = useId()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => { const timer = setTimeout(() => setAsked(typed.trim()), 150); return () => clearTimeout(timer) }, [typed])
  const found = useQuery({ queryKey: ['desk', 'palette', asked], enabled: asked.length > 1, placeholderData: (old) => old, queryFn: async () => (await got(client.GET('/api/v1/articles', { params: { query: { q: asked, limit: 30 } } }))).items })

  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor', 'reporter', 'picture-editor'))
  const home = mine.find((e) => e.default) ?? mine[0]
  const create = async (edition: string) => {
    try {
      const a = await got(client.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key() } }, body: { edition } }))
      void cache.invalidateQueries({ queryKey: ['desk'] })
      onClose()
      void go({ to: '/stories/$id', params: { id: a.id } })
    } catch (error) { setFailed(error instanceof Failure ? error.words : t('fault.unknown')) }
  }
  const then = (f: () => void) => () => { onClose(); f() }
  const acts: Entry[] = [
    ...(home && has(me, home.slug, 'admin', 'editor', 'reporter') ? [{ id: 'create', words: t('desk.create'), hint: home.name, run: () => void create(home.slug) }] : []),
    ...(editions.some((e) => has(me, e.slug, 'admin', 'editor')) ? [{ id: 'alert', words: t('palette.alert'), hint: t('alerts.new'), run: then(() => void go({ to: '/alerts' })) }] : []),
    ...(editions.some((e) => has(me, e.slug, 'admin', 'editor', 'moderator')) ? [{ id: 'rooms', words: t('rooms.title'), hint: t('rail.community'), run: then(() => void go({ to: '/community/rooms' })) }, { id: 'transparency', words: t('transparency.title'), hint: t('rail.community'), run: then(() => void go({ to: '/community/transparency' })) }] : []),
    { id: 'readers', words: t('readers.title'), run: then(() => void go({ to: '/readership' })) },
    ...placesOf(me.grants).map((p) => ({ id: p.to, words: t(p.key), run: then(() => void go({ to: p.to, search: {} })) })),
    { id: 'mine', words: t('palette.mine'), run: then(() => void go({ to: '/', search: { mine: true } })) },
    ...settingsPlaces.filter((p) => me.grants.some((g) => p.for.includes(g.role))).map((p) => ({ id: `settings ${p.at}`, words: t(p.key), hint: t('rail.settings'), run: then(() => void go({ to: `/settings/${p.at}` as '/settings' })) })),
    ...(mine.length > 1 ? mine.map((e) => ({ id: `edition ${e.slug}`, words: e.name, hint: t('palette.edition'), lang: e.language, run: then(() => void go({ to: '/', search: { edition: e.slug } })) })) : []),
    ...languages.filter((l) => l !== spoken()).map((l) => ({ id: `language ${l}`, words: autonyms[l], hint: t('you.language'), lang: l, run: () => onLanguage(l) })),
    ...(['auto', 'light', 'dark'] as const).filter((c) => c !== colorScheme).map((c) => ({ id: `colours ${c}`, words: t(`you.colours.${c}` as Key), hint: t('you.colours'), run: then(() => setColorScheme(c)) })),
    { id: 'keys', words: t('keys.title'), hint: '?', run: then(() => setTimeout(showKeys)) },
  ]
  // A headline that has the word stands before stories that have it somewhere.
  const inHead = (a: { headline: string }) => fits(a.headline, asked) ? 0 : 1
  const stories: Entry[] = (asked.length > 1 && typed.trim() !== '' ? [...found.data ?? []].sort((a, b) => inHead(a) - inHead(b)).slice(0, 8) : []).map((a) => ({
    id: `story ${a.id}`, words: a.headline || t('desk.untitled'), hint: t(`state.${a.state}` as Key), lang: a.language, run: then(() => void go({ to: '/stories/$id', params: { id: a.id } })),
  }))
  const entries = [...stories, ...acts.filter((e) => fits(`${e.words} ${e.hint ?? ''}`, typed))]
  const on = Math.min(at, Math.max(0, entries.length - 1))
  useEffect(() => setAt(0), [typed, found.data])
  useEffect(() => { box.current?.querySelector(`[data-at="${on}"]`)?.scrollIntoView({ block: 'nearest' }) }, [on])
  const press = (e: React.KeyboardEvent) => {
    if (e.key === 'ArrowDown') setAt((on + 1) % Math.max(1, entries.length))
    else if (e.key === 'ArrowUp') setAt((on + entries.length - 1) % Math.max(1, entries.length))
    else if (e.key === 'Enter' && !e.nativeEvent.isComposing) entries[on]?.run()
    else return
    e.preventDefault()
  }
  return (
    <Modal.Root opened onClose={onClose} padding={0} size="lg" yOffset="10vh">
      <Modal.Overlay /><Modal.Content aria-label={t('palette.label')}><Modal.Body className="palette">
      <TextInput size="md" data-autofocus variant="unstyled" value={typed} onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={press} placeholder={t('palette.placeholder')} aria-label={t('palette.placeholder')} dir="auto"
        role="combobox" aria-expanded aria-controls={list} aria-autocomplete="list" {...(entries[on] ? { 'aria-activedescendant': `${list}-${on}` } : {})} />
      {failed && <p className="red" role="alert">{failed}</p>}
      <div id={list} role="listbox" aria-label={t('palette.label')} ref={box} className="entries">
        {entries.map((e, i) => (
          <div key={e.id} id={`${list}-${i}`} role="option" aria-selected={i === on} data-at={i} onMouseMove={() => setAt(i)} onMouseDown={(m) => { m.preventDefault(); e.run() }}>
            <span className="words" {...(e.lang ? { lang: e.lang, dir: direction(e.lang) } : {})}><bdi>{e.words}</bdi></span>{e.hint && <span className="quiet"><bdi>{e.hint}</bdi></span>}
          </div>))}
      </div>
      {entries.length === 0 && <p className="empty">{found.isFetching ? t('app.loading') : t('palette.none')}</p>}
      <VisuallyHidden role="status">{t('palette.count', { n: entries.length })}</VisuallyHidden>
      </Modal.Body></Modal.Content>
    </Modal.Root>
  )
}
