// The live coverages there are: those that go on first, each with what waits in it.
import { Alert, Button, Group, NativeSelect, Skeleton, Stack, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { client, Failure, got, key } from '../api'
import type { LiveFilters } from '../app'
import { changes, useCoverageEvents, useDeskEvents, type DeskEvent } from '../live'
import { evenOffline, knownCoverages, leaves } from '../offline/known'
import { useSections } from '../sections'
import { has, staff, useSession } from '../session'
import { direction, moment, t } from '../words'
import { useSending } from './sending'
import { beginning } from './waiting'

/** Where posts wait on this device, also in coverages that are in no list any more. */
function Kept({ account }: { account: string }) {
  const { waiting } = useSending(account)
  const first = waiting.filter((p, i) => waiting.findIndex((x) => x.coverage === p.coverage) === i)
  return first.length > 0 && <>
    <p className="live-known" role="status">{t('live.queue')}</p>
    <ul className="live-list">{first.map((p) => <li key={p.coverage} className="row"><span className="dot draft" aria-hidden="true" /><div className="what"><Link to="/live/$id" params={{ id: p.coverage }} className="head"><bdi>{beginning(p.written)}</bdi></Link></div></li>)}</ul>
  </>
}

export function LiveList() {
  const { me, editions } = useSession()
  const filters = useSearch({ strict: false }) as LiveFilters
  const go = useNavigate()
  const cache = useQueryClient()
  const mine = editions.filter((e) => has(me, e.slug, ...staff))
  const edition = mine.find((e) => e.slug === filters.edition) ?? mine.find((e) => e.default) ?? mine[0]
  const slug = edition?.slug ?? ''
  const state = filters.closed ? 'closed' : 'open'
  const set = (next: LiveFilters) => void go({ to: '/live', search: Object.fromEntries(Object.entries({ ...filters, edition: slug, ...next }).filter(([, v]) => v)) as LiveFilters, replace: true })
  const list = useInfiniteQuery({
    queryKey: ['coverages', slug, state], enabled: slug !== '', initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/coverages', { params: { query: { edition: slug, state, limit: 30, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next, ...evenOffline,
  })
  const known = !list.data && leaves(list.error ?? list.failureReason) ? knownCoverages(me.id) : []
  const desk = has(me, slug, 'admin', 'editor', 'reporter', 'picture-editor') ? slug : ''
  const again = useCallback(() => { void cache.invalidateQueries({ queryKey: ['coverages'] }) }, [cache])
  useCoverageEvents(desk, again)
  useDeskEvents(desk, useCallback((e: DeskEvent) => { if (changes.includes(e.kind)) again() }, [again]))
  const sections = useSections(slug)
  const create = useMutation({
    mutationFn: () => got(client.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key() } }, body: { edition: slug, kind: 'live', ...(sections.data?.length === 1 ? { section: sections.data[0]!.slug } : {}) } })),
    onSuccess: (a) => { void cache.invalidateQueries({ queryKey: ['desk'] }); void go({ to: '/stories/$id', params: { id: a.id } }) },
  })
  if (!edition) return <p className="empty">{t('desk.no_edition')}</p>
  const items = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <div className="lives">
      <div className="tools">
        <Title order={1} size="h4">{t('live.title')}</Title>
        {mine.length > 1 && <NativeSelect size="sm" aria-label={t('desk.edition', { name: edition.name })} value={slug} onChange={(e) => set({ edition: e.currentTarget.value })} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
        <span className="grow" />
        {has(me, slug, 'admin', 'editor', 'reporter') && <Button size="sm" loading={create.isPending} onClick={() => create.mutate()}>{t('live.create')}</Button>}
      </div>
      <nav className="states" aria-label={t('live.which')}>
        <button type="button" aria-pressed={state === 'open'} onClick={() => set({ closed: false })}>{t('live.going_on')}</button>
        <button type="button" aria-pressed={state === 'closed'} onClick={() => set({ closed: true })}>{t('live.closed')}</button>
      </nav>
      {create.isError && <Alert color="red" m="md" role="alert">{create.error instanceof Failure ? create.error.words : t('fault.unknown')}</Alert>}
      <Kept account={me.id} />
      {known.length > 0 && <>
        <p className="live-known" role="status">{t('live.known')}</p>
        <ul className="live-list">{known.map((c) => {
          const language = c.language || editions.find((e) => e.slug === c.edition)?.language || edition.language
          return <li key={c.id} className="row"><span className={c.out ? 'dot published' : 'dot draft'} aria-hidden="true" /><div className="what"><Link to="/live/$id" params={{ id: c.id }} className="head" lang={language} dir={direction(language)}>{c.headline || t('desk.untitled')}</Link></div></li>
        })}</ul>
      </>}
      {list.isError && known.length === 0 && <Alert color="red" m="md" title={t('desk.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {list.isPending && known.length === 0 && <Stack p="md" role="status" aria-label={t('app.loading')}>{Array.from({ length: 4 }, (_, i) => <Skeleton key={i} h={48} />)}</Stack>}
      {list.isSuccess && items.length === 0 && <p className="empty">{t(state === 'open' ? 'live.none' : 'live.none_closed')}</p>}
      <ul className="live-list">
        {items.map((c) => {
          const language = c.language || edition.language
          return (
            <li key={c.id} className="row">
              <span className={c.article_state === 'published' ? 'dot published' : 'dot draft'} aria-hidden="true" />
              <div className="what">
                <Link to="/live/$id" params={{ id: c.id }} className="head" lang={language} dir={direction(language)}>{c.headline || t('desk.untitled')}</Link>
                <div className="under">
                  <span className={c.state === 'open' && c.article_state === 'published' ? 'red' : ''}>{c.state === 'closed' ? t('live.closed_at', { at: moment(c.closed_at!, edition.timezone) }) : t(c.article_state === 'published' ? 'live.open' : 'live.unpublished')}</span>
                  <span>{t('live.posts', { n: c.posts?.published ?? 0 })}</span>
                  {!!c.posts?.contribution && <span className="chip red">{t('live.waiting', { n: c.posts.contribution })}</span>}
                  {!!c.posts?.scheduled && <span>{t('live.list.scheduled', { n: c.posts.scheduled })}</span>}
                  {!!c.posts?.draft && <span>{t('live.list.drafts', { n: c.posts.draft })}</span>}
                </div>
              </div>
              {c.updated_at && <span className="when"><time dateTime={c.updated_at}>{moment(c.updated_at, edition.timezone)}</time></span>}
            </li>
          )
        })}
      </ul>
      {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button></Group>}
    </div>
  )
}
