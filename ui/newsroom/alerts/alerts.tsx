// Alerts: one sentence to every reader of an edition, at once. The form says what will happen; beside it stands what readers have now.
import { Alert, Button, Group, NativeSelect, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { client, Failure, got, type Edition, type ReaderAlert } from '../api'
import type { AlertFilters } from '../app'
import { useDeskEvents } from '../live'
import { has, useSession } from '../session'
import { direction, moment, t } from '../words'
import { Send } from './send'

export function Alerts() {
  const { me, editions } = useSession()
  const filters = useSearch({ strict: false }) as AlertFilters
  const go = useNavigate()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor'))
  const edition = mine.find((e) => e.slug === filters.edition) ?? mine.find((e) => e.default) ?? mine[0]
  if (!edition) return <p className="empty">{t('settings.not_yours')}</p>
  return (
    <div className="alerts">
      <div className="strip">
        <Title order={1} size="h4">{t('alerts.title')}</Title>
        {mine.length > 1 && <NativeSelect size="sm" aria-label={t('desk.edition', { name: edition.name })} value={edition.slug} onChange={(e) => void go({ to: '/alerts', search: { edition: e.currentTarget.value }, replace: true })} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
      </div>
      <div className="alert-desk">
        <Send key={edition.slug} edition={edition} />
        <Told key={`told ${edition.slug}`} edition={edition} />
      </div>
    </div>
  )
}

/** What the readers of an edition have now, and what they had. */
function Told({ edition }: { edition: Edition }) {
  const { slug } = edition
  const cache = useQueryClient()
  const showing = useQuery({ queryKey: ['alerts', slug, 'showing'], queryFn: async () => (await got(client.GET('/api/v1/alerts', { params: { query: { edition: slug, state: 'showing', limit: 20 } } }))).items })
  const over = useInfiniteQuery({
    queryKey: ['alerts', slug, 'over'], initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/alerts', { params: { query: { edition: slug, state: 'over', limit: 20, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next,
  })
  useDeskEvents(slug, useCallback((e) => { if (e.kind === 'alerted' || e.kind === 'open' || e.kind === 'reset') void cache.invalidateQueries({ queryKey: ['alerts', slug] }) }, [cache, slug]))
  const earlier = over.data?.pages.flatMap((p) => p.items) ?? []
  const failed = showing.error ?? over.error
  return (
    <section className="alert-told" aria-label={t('alerts.told')}>
      {failed && <Alert color="red" title={t('alerts.failed')}><Group><span>{failed instanceof Failure ? failed.words : t('fault.unknown')}</span><Button size="xs" onClick={() => { void showing.refetch(); void over.refetch() }}>{t('app.again')}</Button></Group></Alert>}
      <h2>{t('alerts.showing')}</h2>
      {showing.isPending && <Skeleton h={56} role="status" aria-label={t('app.loading')} />}
      {showing.data?.length === 0 && <Text c="dimmed" size="sm">{t('alerts.showing.none')}</Text>}
      <ul>{showing.data?.map((a) => <One key={a.id} alert={a} edition={edition} />)}</ul>
      <h2>{t('alerts.over')}</h2>
      {over.isPending && <Stack gap="xs" role="status" aria-label={t('app.loading')}>{[0, 1].map((n) => <Skeleton key={n} h={48} />)}</Stack>}
      {over.isSuccess && earlier.length === 0 && <Text c="dimmed" size="sm">{t('alerts.over.none')}</Text>}
      <ul>{earlier.map((a) => <One key={a.id} alert={a} edition={edition} />)}</ul>
      {over.hasNextPage && <Button mt="sm" size="compact-sm" variant="default" loading={over.isFetchingNextPage} onClick={() => void over.fetchNextPage()}>{t('desk.more')}</Button>}
    </section>
  )
}

function One({ alert: a, edition }: { alert: ReaderAlert, edition: Edition }) {
  const cache = useQueryClient()
  const [asked, setAsked] = useState(false)
  const remove = useMutation({
    mutationFn: () => got(client.DELETE('/api/v1/alerts/{id}', { params: { path: { id: a.id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: ['alerts', edition.slug] }),
  })
  const at = (time: string) => moment(time, edition.timezone)
  const still = a.showing || (a.newsfeed && !a.removed_at) // readers have it somewhere
  return (
    <li {...(a.showing ? { 'data-showing': true } : {})}>
      <p className="alert-text" lang={edition.language} dir={direction(edition.language)}>{a.text}</p>
      <p className="under">
        <span className={a.level === 'breaking' ? 'chip red' : 'chip'}>{t(a.banner ? `alerts.level.${a.level}` : 'alerts.flash')}</span>
        <span>{t('alerts.by', { name: a.by_name ?? '', at: at(a.at) })}</span>
        {a.showing && a.expires_at && <span>{t('alerts.until', { at: at(a.expires_at) })}</span>}
        {a.removed_at ? <span>{t('alerts.removed', { name: a.removed_by_name ?? '', at: at(a.removed_at) })}</span> : a.ended_at && <span>{t('alerts.ended', { at: at(a.ended_at) })}</span>}
        {a.url && <a href={a.url} target="_blank" rel="noopener" dir="ltr">{a.url}</a>}
      </p>
      {remove.isError && <Text size="sm" c="red" role="alert">{remove.error instanceof Failure ? remove.error.words : t('fault.unknown')}</Text>}
      {still && (asked
        ? <Group gap="xs" role="alertdialog" aria-label={t('alerts.remove.name', { text: a.text })}><Text size="sm">{t('alerts.remove.sure')}</Text>
          <Button size="compact-sm" color="red" autoFocus loading={remove.isPending} onClick={() => remove.mutate()}>{t('alerts.remove')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>{t('app.cancel')}</Button></Group>
        : <Button size="compact-sm" variant="default" aria-label={t('alerts.remove.name', { text: a.text })} onClick={() => setAsked(true)}>{t('alerts.remove')}</Button>)}
    </li>
  )
}
