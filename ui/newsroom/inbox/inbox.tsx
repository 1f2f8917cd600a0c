// What sources sent: a list with the item that is looked at beside it. Nothing in it is published by itself.
import { Alert, Button, Group, Menu, Select, Skeleton, Stack, TextInput, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { client, Failure, got, key, type InboxItem, type WireSource } from '../api'
import type { InboxFilters } from '../app'
import { useKeys } from '../keys'
import { useInboxEvents } from '../live'
import { has, useSession, useZone } from '../session'
import { direction, moment, t, type Key } from '../words'
import { IntoLive } from '../live/into'
import { Preview } from './preview'
import { sourceLine } from './state'

const states = ['new', 'used', 'dismissed'] as const

export function Inbox() {
  const { me, editions } = useSession()
  const filters = useSearch({ strict: false }) as InboxFilters
  const go = useNavigate()
  const cache = useQueryClient()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor', 'reporter', 'picture-editor'))
  const edition = filters.edition ?? mine.find((e) => e.default)?.slug ?? mine[0]?.slug ?? ''
  const state = filters.state ?? 'new'
  const set = (next: Partial<InboxFilters>) => void go({ to: '/inbox', search: Object.fromEntries(Object.entries({ ...filters, ...next }).filter(([, v]) => v !== undefined && v !== '')) as InboxFilters, replace: true })

  const list = useInfiniteQuery({
    queryKey: ['inbox', edition, filters.source, state, filters.q],
    initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/inbox', { params: { query: {
      edition, state, limit: 50, ...(filters.source ? { source: filters.source } : {}), ...(filters.q ? { q: filters.q } : {}), ...(pageParam ? { after: pageParam } : {}),
    } } })),
    getNextPageParam: (page) => page.next,
    enabled: edition !== '',
    staleTime: Infinity, // rows never move by themselves
    refetchOnMount: 'always', // but who comes back sees what came meanwhile
  })
  const sources = useQuery({ queryKey: ['sources', edition], enabled: edition !== '', queryFn: async () => (await got(client.GET('/api/v1/sources', { params: { query: { edition } } }))).items })
  const names = new Map((sources.data ?? []).map((s) => [s.id, s.name]))
  const [arrived, setArrived] = useState<ReadonlySet<string>>(new Set())
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set()) // sorted here, by whomever
  useInboxEvents(edition, useCallback((e) => {
    if (e.kind === 'arrived') setArrived((old) => new Set(old).add(e.item.id))
    if (e.kind === 'offered') { // a newer version of what a story was made of
      if (state === 'used') setArrived((old) => new Set(old).add(e.item.id))
      void cache.invalidateQueries({ queryKey: ['inbox'], type: 'inactive', refetchType: 'none' })
    }
    if (e.kind === 'sorted') setGone((old) => new Set(old).add(e.item.id))
    if (e.kind === 'sourced') void cache.invalidateQueries({ queryKey: ['sources'] })
  }, [cache, state]))
  const show = () => { setArrived(new Set()); setGone(new Set()); void cache.invalidateQueries({ queryKey: ['inbox'] }) }

  const rows = (list.data?.pages.flatMap((p) => p.items) ?? []).filter((i) => state !== 'new' || !gone.has(i.id))
  const [at, setAt] = useState(0)
  const here = rows[Math.min(at, rows.length - 1)]
  const [open, setOpen] = useState(false) // on narrow screens the item is shown in place of the list
  const may = has(me, edition, 'admin', 'editor', 'reporter')
  const params = (id: string) => ({ path: { id }, header: { 'Idempotency-Key': key() } })
  const use = useMutation({
    mutationFn: (i: InboxItem) => got(client.POST('/api/v1/inbox/{id}/use', { params: params(i.id) })),
    onSuccess: (made) => { void cache.invalidateQueries({ queryKey: ['inbox'] }); void cache.invalidateQueries({ queryKey: ['desk'] }); void go({ to: '/stories/$id', params: { id: made.article } }) },
  })
  const [last, setLast] = useState<InboxItem>()
  const dismiss = useMutation({
    mutationFn: (i: InboxItem) => got(client.POST('/api/v1/inbox/{id}/dismiss', { params: params(i.id) })),
    onSuccess: (i) => { setGone((old) => new Set(old).add(i.id)); setLast(i); setOpen(false) },
  })
  const restore = useMutation({
    mutationFn: (i: InboxItem) => got(client.POST('/api/v1/inbox/{id}/restore', { params: params(i.id) })),
    onSuccess: () => { setLast(undefined); show() },
  })
  const failed = [use, dismiss, restore].find((m) => m.isError)
  const doUse = (i: InboxItem | undefined) => {
    if (!i || use.isPending) return
    if (i.article) void go({ to: '/stories/$id', params: { id: i.article } })
    else if (may) use.mutate(i)
  }

  const search = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const side = useRef<HTMLElement>(null)
  const step = (by: number) => setAt((n) => Math.max(0, Math.min(rows.length - 1, n + by)))
  useEffect(() => { box.current?.querySelector<HTMLElement>(`[data-row="${at}"]`)?.scrollIntoView({ block: 'nearest' }) }, [at])
  useKeys({
    'j': ['keys.next_item', () => step(1)], 'k': ['keys.previous_item', () => step(-1)], 'Enter': ['keys.look', () => { setOpen(true); side.current?.focus() }],
    'u': ['keys.use', () => doUse(here)], 'd': ['keys.dismiss', () => { if (here && may && state === 'new' && !dismiss.isPending) dismiss.mutate(here) }],
    '/': ['keys.search', () => search.current?.focus()], 'r': ['keys.refresh', show],
  })

  return (
    <div className="inbox" data-open={open || undefined}>
      <Stack gap={0} className="inbox-list">
        <VisuallyHidden component="h1">{t('rail.inbox')}</VisuallyHidden>
        <div className="tools">
          {mine.length > 1 && (
            <Menu position="bottom-start">
              <Menu.Target><Button variant="default" size="sm" aria-label={t('desk.edition', { name: mine.find((e) => e.slug === edition)?.name ?? '' })}><bdi>{mine.find((e) => e.slug === edition)?.name ?? edition}</bdi></Button></Menu.Target>
              <Menu.Dropdown>{mine.map((e) => <Menu.Item key={e.slug} lang={e.language} dir={direction(e.language)} onClick={() => { setAt(0); set({ edition: e.slug, source: '' }) }}>{e.name}</Menu.Item>)}</Menu.Dropdown>
            </Menu>
          )}
          <TextInput ref={search} size="sm" type="search" className="grow" aria-label={t('inbox.search')} placeholder={t('inbox.search')} defaultValue={filters.q ?? ''} key={filters.q ?? ''}
            onKeyDown={(e) => { if (e.key === 'Enter') set({ q: e.currentTarget.value.trim() }); if (e.key === 'Escape') e.currentTarget.blur() }} />
          <Select size="sm" w={180} aria-label={t('inbox.source')} placeholder={t('inbox.source.all')} clearable value={filters.source ?? null} onChange={(v) => { setAt(0); set({ source: v ?? '' }) }} data={(sources.data ?? []).map((s) => ({ value: s.id, label: s.name }))} clearButtonProps={{ 'aria-label': t('inbox.source.all') }} />
        </div>
        <nav className="states" aria-label={t('inbox.states')}>
          {states.map((s) => <button type="button" key={s} aria-pressed={state === s} onClick={() => { setAt(0); set({ state: s === 'new' ? undefined : s } as never) }}>{t(`inbox.state.${s}` as Key)}</button>)}
        </nav>
        <div className="waiting" aria-live="polite">
          {arrived.size > 0 && <Button variant="light" size="compact-sm" onClick={show}>{t('inbox.arrived', { n: arrived.size })}</Button>}
          {last && <span className="told">{t('inbox.dismissed', { headline: last.headline })} <Button variant="subtle" size="compact-sm" onClick={() => restore.mutate(last)}>{t('inbox.put_back')}</Button></span>}
        </div>
        {failed && <Alert color="red" m="md" role="alert" withCloseButton onClose={() => failed.reset()} closeButtonLabel={t('app.close')}>{failed.error instanceof Failure ? failed.error.words : t('fault.unknown')}</Alert>}
        {list.isError && <Alert color="red" m="md" title={t('inbox.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
        {list.isPending && edition !== '' && <Stack p="md" aria-label={t('app.loading')} role="status">{Array.from({ length: 6 }, (_, n) => <Skeleton key={n} h={36} />)}</Stack>}
        {edition === '' && <p className="empty">{t('desk.no_edition')}</p>}
        <div className="rows" role="list" ref={box} aria-busy={list.isFetching}>
          {rows.map((i, n) => <Row key={i.id} item={i} index={n} chosen={n === Math.min(at, rows.length - 1)} names={names} onChoose={() => setAt(n)} onOpen={() => { setAt(n); setOpen(true) }} />)}
        </div>
        {list.isSuccess && rows.length === 0 && <Empty filtered={!!(filters.q || filters.source)} state={state} sources={sources.data} editor={has(me, edition, 'admin', 'editor')} />}
        {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>{t('desk.more')}</Button></Group>}
        {(sources.data ?? []).length > 0 && <ul className="inbox-sources" aria-label={t('inbox.sources')}>
          {sources.data!.map((s) => <li key={s.id}><bdi>{s.name}</bdi> <span className={s.reading.failures > 0 ? 'red' : 'quiet'}>{sourceLine(s)}</span></li>)}
        </ul>}
      </Stack>
      <aside className="inbox-side" ref={side} tabIndex={-1} aria-label={t('inbox.preview')}>
        {here && <>
          <Button className="inbox-back" variant="subtle" color="gray" size="compact-sm" onClick={() => setOpen(false)}>{t('app.back')}</Button>
          <Preview key={here.id} item={here} names={names}>
            {may && !here.article && <Button size="sm" onClick={() => doUse(here)} loading={use.isPending}>{t('inbox.use')}</Button>}
            {may && here.status === 'usable' && !(here.embargo_until && Date.parse(here.embargo_until) > Date.now()) && <IntoLive edition={here.edition} what={{ item: here.id }} />}
            {here.article && <Button size="sm" variant="default" onClick={() => doUse(here)}>{t('inbox.open_story')}</Button>}
            {here.coverage && <Button size="sm" variant="default" onClick={() => void go({ to: '/live/$id', params: { id: here.coverage! }, search: { post: here.post! } })}>{t('inbox.open_post')}</Button>}
            {may && here.state === 'new' && <Button size="sm" variant="default" onClick={() => dismiss.mutate(here)} loading={dismiss.isPending}>{t('inbox.dismiss')}</Button>}
            {may && here.state === 'dismissed' && <Button size="sm" variant="default" onClick={() => restore.mutate(here)} loading={restore.isPending}>{t('inbox.put_back')}</Button>}
          </Preview>
        </>}
      </aside>
    </div>
  )
}

function Row({ item: i, index, chosen, names, onChoose, onOpen }: { item: InboxItem, index: number, chosen: boolean, names: Map<string, string>, onChoose: () => void, onOpen: () => void }) {
  const zone = useZone(i.edition)
  return (
    <div className="row" role="listitem" data-row={index} data-chosen={chosen || undefined} onMouseDown={onChoose}>
      <span className={i.urgency <= 3 ? 'urgency high' : 'urgency'} title={t('inbox.urgency', { n: i.urgency })}><VisuallyHidden>{t('inbox.urgency', { n: i.urgency })}</VisuallyHidden><span aria-hidden="true">{i.urgency}</span></span>
      <div className="what">
        <button type="button" className="head" dir="auto" lang={i.language} onFocus={onChoose} onClick={onOpen} aria-current={chosen || undefined}>{i.headline}</button>
        <div className="under"><span><bdi>{names.get(i.source) ?? i.name}</bdi></span><Chips item={i} names={names} /></div>
      </div>
      <time className="when" dateTime={i.at}>{moment(i.at, zone)}</time>
    </div>
  )
}

/** What the desk has to know of an item before it uses it. */
export function Chips({ item: i, names }: { item: InboxItem, names: Map<string, string> }) {
  const zone = useZone(i.edition)
  return <>
    {i.embargo_until && new Date(i.embargo_until) > new Date() && <span className="chip red">{t('chip.embargo', { at: moment(i.embargo_until, zone) })}</span>}
    {i.status !== 'usable' && <span className="chip red">{t(`inbox.status.${i.status}` as Key)}</span>}
    {i.number > 1 && <span className="chip">{t('inbox.version', { n: i.number })}</span>}
    {i.offers && <span className="chip red">{t('inbox.newer')}</span>}
    {i.also.length > 0 && <span>{t('inbox.also', { names: i.also.map((id) => names.get(id) ?? id).join(t('list.comma')) })}</span>}
    <span>{t('desk.words', { n: i.words })}</span>
    {i.pictures > 0 && <span>{t('inbox.pictures', { n: i.pictures })}</span>}
  </>
}

function Empty({ filtered, state, sources, editor }: { filtered: boolean, state: string, sources: WireSource[] | undefined, editor: boolean }) {
  if (filtered) return <p className="empty">{t('inbox.none_here')}</p>
  if (state !== 'new') return <p className="empty">{t('inbox.none')}</p>
  if (sources && sources.length === 0) return <p className="empty">{t('inbox.no_sources')} {editor && <Link to={'/settings/sources' as '/settings'}>{t('inbox.add_source')}</Link>}</p>
  return <p className="empty">{t('inbox.nothing_new')}</p>
}
