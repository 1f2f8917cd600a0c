// What readers say is wrong: open ones first, each with its story, until somebody deals with it.
import { Alert, Button, Group, NativeSelect, Skeleton, Stack, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { client, Failure, got } from '../api'
import type { ReportFilters } from '../app'
import { useDeskEvents } from '../live'
import { has, useSession } from '../session'
import { direction, moment, t } from '../words'

export function Reports() {
  const { me, editions } = useSession()
  const filters = useSearch({ strict: false }) as ReportFilters
  const go = useNavigate()
  const cache = useQueryClient()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor', 'reporter', 'picture-editor'))
  const edition = mine.find((e) => e.slug === filters.edition) ?? mine.find((e) => e.default) ?? mine[0]
  const slug = edition?.slug ?? ''
  const state = filters.resolved ? 'resolved' : 'open'
  const set = (next: ReportFilters) => void go({ to: '/reports', search: Object.fromEntries(Object.entries({ ...filters, edition: slug, ...next }).filter(([, v]) => v)) as ReportFilters, replace: true })
  const list = useInfiniteQuery({
    queryKey: ['reports', slug, state, filters.article], enabled: slug !== '', initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/reports', { params: { query: { edition: slug, state, limit: 50, ...(filters.article ? { article: filters.article } : {}), ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next,
  })
  useDeskEvents(slug, useCallback((e) => { if (e.kind === 'reported') void cache.invalidateQueries({ queryKey: ['reports'] }) }, [cache]))
  const decide = useMutation({
    mutationFn: (id: string) => got(client.PATCH('/api/v1/reports/{id}', { params: { path: { id } }, body: { state: state === 'open' ? 'resolved' : 'open' } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['reports'] }),
  })
  if (!edition) return <p className="empty">{t('desk.no_edition')}</p>
  const may = has(me, slug, 'admin', 'editor', 'reporter')
  const items = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <div className="reports">
      <div className="tools">
        <Title order={1} size="h4">{t('reports.title')}</Title>
        {mine.length > 1 && <NativeSelect size="sm" aria-label={t('desk.edition', { name: edition.name })} value={slug} onChange={(e) => set({ edition: e.currentTarget.value, article: '' })} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
        {filters.article && <Button size="compact-sm" variant="default" onClick={() => set({ article: '' })}>{t('reports.all')}</Button>}
      </div>
      <nav className="states" aria-label={t('reports.which')}>
        <button type="button" aria-pressed={state === 'open'} onClick={() => set({ resolved: false })}>{t('reports.open')}</button>
        <button type="button" aria-pressed={state === 'resolved'} onClick={() => set({ resolved: true })}>{t('reports.resolved')}</button>
      </nav>
      {list.isError && <Alert color="red" m="md" title={t('desk.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {decide.isError && <Alert color="red" m="md" role="alert">{decide.error instanceof Failure ? decide.error.words : t('fault.unknown')}</Alert>}
      {list.isPending && <Stack p="md" role="status" aria-label={t('app.loading')}>{Array.from({ length: 4 }, (_, i) => <Skeleton key={i} h={64} />)}</Stack>}
      {list.isSuccess && items.length === 0 && <p className="empty">{t(state === 'open' ? 'reports.none' : 'reports.none_resolved')}</p>}
      <ul className="report-list">
        {items.map((r) => (
          <li key={r.id} className="report">
            <div className="under"><time dateTime={r.at}>{moment(r.at, edition.timezone)}</time>{r.resolved_at && <span>{t('reports.by', { name: r.name ?? '', at: moment(r.resolved_at, edition.timezone) })}</span>}</div>
            <p className="report-text" dir="auto">{r.text}</p>
            <div className="report-foot">
              <Link to="/stories/$id" params={{ id: r.article }} className="head"><bdi lang={edition.language} dir={direction(edition.language)}>{r.headline ?? t('reports.gone')}</bdi></Link>
              {may && <Button size="compact-sm" variant="default" loading={decide.isPending && decide.variables === r.id} onClick={() => decide.mutate(r.id)}>{t(state === 'open' ? 'reports.resolve' : 'reports.reopen')}</Button>}
            </div>
          </li>
        ))}
      </ul>
      {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button></Group>}
    </div>
  )
}
