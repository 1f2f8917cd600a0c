// The stories one can put on a front: the newest that are out, or found by words.
import { Alert, Button, Menu, Skeleton, Stack, TextInput } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got, type Article } from '../api'
import { moment, t } from '../words'
import type { Front } from './arrange'
import { carried } from './slots'

/** What a front needs to know of a story. */
export interface Known { headline: string, state: string, picture?: string }

const published = (edition: string, section: string, q: string) => async () => (await got(client.GET('/api/v1/articles', { params: { query: { edition, state: 'published', limit: 40, ...(section ? { section } : {}), ...(q ? { q } : {}) } } }))).items.filter((a) => a.kind !== 'page')

/** The newest stories that are out. */
export const useLatest = (edition: string, section: string) => useQuery({ queryKey: ['latest', edition, section, ''], queryFn: published(edition, section, '') })

/** The stories of a front by id; those that are not at hand are read. */
export function useStories(ids: string[], front: Front, latest: Article[]): ReadonlyMap<string, Known> {
  const out = new Map<string, Known>()
  for (const s of front.shown) if (!s.pinned) out.set(s.article, { headline: s.headline, state: 'published', ...(s.picture ? { picture: s.picture } : {}) })
  for (const a of latest) out.set(a.id, known(a))
  const rest = ids.filter((id) => !out.has(id))
  const read = useQueries({ queries: rest.map((id) => ({ queryKey: ['article', id, 'card'], staleTime: 60_000, queryFn: () => got(client.GET('/api/v1/articles/{id}', { params: { path: { id } } })) })) })
  rest.forEach((id, i) => { const a = read[i]?.data; if (a) out.set(id, known(a)) })
  return out
}

const known = (a: Article): Known => ({ headline: a.headline, state: a.state, ...(a.picture ? { picture: a.picture } : {}) })

export function Stories({ edition, section, language, dir, pinned, slots, onPin }: { edition: string, section: string, language: string, dir: 'ltr' | 'rtl', pinned: ReadonlySet<string>, slots: { slot: number, name: string }[], onPin: (article: string, slot: number) => void }) {
  const [q, setQ] = useState('')
  const found = useQuery({ queryKey: ['latest', edition, q ? '' : section, q], queryFn: published(edition, q ? '' : section, q), placeholderData: (old) => old })
  return (
    <aside className="front-stories" aria-label={t('fronts.stories')}>
      <h2>{t('fronts.stories')}</h2>
      <TextInput type="search" size="sm" aria-label={t('desk.search')} placeholder={t('desk.search')} onKeyDown={(e) => { if (e.key === 'Enter') setQ(e.currentTarget.value.trim()) }} onChange={(e) => { if (e.currentTarget.value === '') setQ('') }} />
      {found.isPending && <Stack mt="sm" role="status" aria-label={t('app.loading')}>{Array.from({ length: 5 }, (_, i) => <Skeleton key={i} h={36} />)}</Stack>}
      {found.isError && <Alert color="red" mt="sm">{found.error instanceof Failure ? found.error.words : t('fault.unknown')}</Alert>}
      {found.data?.length === 0 && <p className="empty">{q ? t('desk.none_here') : t('fronts.none')}</p>}
      <ul>
        {found.data?.map((a) => (
          <li key={a.id} draggable onDragStart={(e) => { e.dataTransfer.setData(carried, a.id); e.dataTransfer.effectAllowed = 'move' }}>
            <div className="what"><span className="head"><bdi lang={language} dir={dir}>{a.headline || t('desk.untitled')}</bdi></span><span className="under">{a.published_at && <span>{moment(a.published_at)}</span>}{pinned.has(a.id) && <span className="chip">{t('fronts.pinned')}</span>}</span></div>
            <Menu position="bottom-end" withinPortal>
              <Menu.Target><Button size="compact-sm" variant="default" aria-label={t('fronts.pin.story', { story: a.headline })}>{t('fronts.pin')}</Button></Menu.Target>
              <Menu.Dropdown>{slots.map((s) => <Menu.Item key={s.slot} onClick={() => onPin(a.id, s.slot)}>{s.name}</Menu.Item>)}</Menu.Dropdown>
            </Menu>
          </li>
        ))}
      </ul>
    </aside>
  )
}
