// The list of stories: what is in hand, what is out, and what moved while one was looking.
import { Alert, Button, Group, Menu, Select, Skeleton, Stack, TextInput, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { client, Failure, got, key, type Article } from '../api'
import type { DeskFilters } from '../app'
import { useKeys } from '../keys'
import { useDeskEvents } from '../live'
import { has, useSession } from '../session'
import { direction, t, type Key } from '../words'
import { Row } from './row'

const states = ['draft', 'in_review', 'ready', 'scheduled', 'published', 'withdrawn'] as const

export function Desk() {
  const { me, editions } = useSession()
  const filters = useSearch({ strict: false }) as DeskFilters
  const go = useNavigate()
  const cache = useQueryClient()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor', 'reporter', 'picture-editor'))
  const edition = filters.edition ?? mine.find((e) => e.default)?.slug ?? mine[0]?.slug ?? ''
  const set = (next: Partial<DeskFilters>) => void go({ to: '/', search: Object.fromEntries(Object.entries({ ...filters, ...next }).filter(([, v]) => v !== undefined && v !== '' && v !== false)) as DeskFilters, replace: true })

  const queryKey = ['desk', edition, filters.section, filters.state, filters.q] as const
  const list = useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/articles', { params: { query: {
      edition, limit: 50, ...(filters.section ? { section: filters.section } : {}), ...(filters.state ? { state: filters.state as 'draft' } : {}), ...(filters.q ? { q: filters.q } : {}), ...(pageParam ? { after: pageParam } : {}),
    } } })),
    getNextPageParam: (page) => page.next,
    enabled: edition !== '',
    staleTime: Infinity, // rows never move by themselves: what is new waits until it is asked for
  })
  const sections = useQuery({ queryKey: ['sections', edition], queryFn: async () => (await got(client.GET('/api/v1/sections', { params: { query: { edition } } }))).items, enabled: edition !== '' })
  const [moved, setMoved] = useState<ReadonlySet<string>>(new Set())
  useDeskEvents(edition, useCallback((e) => e.kind !== 'arranged' && setMoved((old) => new Set(old).add(e.item.id)), []))
  const show = () => { setMoved(new Set()); void cache.invalidateQueries({ queryKey: ['desk'] }) }

  const create = useMutation({
    mutationFn: () => got(client.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key() } }, body: { edition, ...(filters.section ? { section: filters.section } : sections.data?.length === 1 ? { section: sections.data[0]!.slug } : {}) } })),
    onSuccess: (a) => { void cache.invalidateQueries({ queryKey: ['desk'] }); void go({ to: '/stories/$id', params: { id: a.id } }) },
  })
  const mayCreate = has(me, edition, 'admin', 'editor', 'reporter')

  const rows = (list.data?.pages.flatMap((p) => p.items) ?? []).filter((a) => !filters.mine || a.created_by === me.id || a.assignee === me.id)
  const [at, setAt] = useState(0)
  const search = useRef<HTMLInputElement>(null)
  const table = useRef<HTMLDivElement>(null)
  const openRow = (a: Article | undefined) => { if (a) void go({ to: '/stories/$id', params: { id: a.id } }) }
  const step = (by: number) => setAt((i) => Math.max(0, Math.min(rows.length - 1, i + by)))
  useEffect(() => { table.current?.querySelector<HTMLElement>(`[data-row="${at}"]`)?.scrollIntoView({ block: 'nearest' }) }, [at])
  useKeys({
    'j': ['keys.next', () => step(1)], 'k': ['keys.previous', () => step(-1)], 'Enter': ['keys.open', () => openRow(rows[at])],
    'c': ['keys.create', () => { if (mayCreate && !create.isPending) create.mutate() }], '/': ['keys.search', () => search.current?.focus()], 'r': ['keys.refresh', show],
  })

  return (
    <Stack gap={0} className="desk">
      <VisuallyHidden component="h1">{t('rail.desk')}</VisuallyHidden>
      <div className="tools">
        {mine.length > 1 && (
          <Menu position="bottom-start">
            <Menu.Target><Button variant="default" size="sm" aria-label={t('desk.edition', { name: mine.find((e) => e.slug === edition)?.name ?? '' })}><bdi>{mine.find((e) => e.slug === edition)?.name ?? edition}</bdi></Button></Menu.Target>
            <Menu.Dropdown>{mine.map((e) => <Menu.Item key={e.slug} lang={e.language} dir={direction(e.language)} onClick={() => set({ edition: e.slug, section: undefined } as never)}>{e.name}</Menu.Item>)}</Menu.Dropdown>
          </Menu>
        )}
        <TextInput ref={search} size="sm" type="search" className="grow" aria-label={t('desk.search')} placeholder={t('desk.search')} defaultValue={filters.q ?? ''} key={filters.q ?? ''}
          onKeyDown={(e) => { if (e.key === 'Enter') set({ q: e.currentTarget.value.trim() }); if (e.key === 'Escape') e.currentTarget.blur() }} />
        <Select size="sm" w={170} aria-label={t('desk.section')} placeholder={t('desk.section.all')} clearable value={filters.section ?? null} onChange={(v) => set({ section: v ?? '' })} data={(sections.data ?? []).map((s) => ({ value: s.slug, label: s.name }))} clearButtonProps={{ 'aria-label': t('desk.section.all') }} />
        {mayCreate && <Button size="sm" onClick={() => create.mutate()} loading={create.isPending}>{t('desk.create')}</Button>}
      </div>
      <nav className="states" aria-label={t('desk.states')}>
        <button type="button" aria-pressed={!filters.state && !filters.mine} onClick={() => set({ state: '', mine: false } as never)}>{t('desk.all')}</button>
        <button type="button" aria-pressed={!!filters.mine} onClick={() => set({ mine: !filters.mine } as never)}>{t('desk.mine')}</button>
        {states.map((s) => <button type="button" key={s} aria-pressed={filters.state === s} onClick={() => set({ state: filters.state === s ? '' : s })}>{t(`state.${s}` as Key)}</button>)}
      </nav>
      <div className="waiting" aria-live="polite">{moved.size > 0 && <Button variant="light" size="compact-sm" onClick={show}>{t('desk.moved', { n: moved.size })}</Button>}</div>
      {create.isError && <Alert color="red" m="md" withCloseButton onClose={() => create.reset()} closeButtonLabel={t('app.close')}>{(create.error as Failure).words}</Alert>}
      {list.isError && <Alert color="red" m="md" title={t('desk.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {list.isPending && edition !== '' && <Stack p="md" aria-label={t('app.loading')} role="status">{Array.from({ length: 6 }, (_, i) => <Skeleton key={i} h={36} />)}</Stack>}
      {edition === '' && <p className="empty">{t('desk.no_edition')}</p>}
      <div className="rows" role="list" ref={table} aria-busy={list.isFetching}>
        {rows.map((a, i) => <Row key={a.id} story={a} index={i} chosen={i === at} moved={moved.has(a.id)} language={editions.find((e) => e.slug === a.edition)?.language ?? ''} section={sections.data?.find((s) => s.slug === a.section)?.name ?? ''} onChoose={() => setAt(i)} />)}
      </div>
      {list.isSuccess && rows.length === 0 && (
        <p className="empty">{filters.q || filters.state || filters.section || filters.mine ? t('desk.none_here') : t('desk.none')}</p>
      )}
      {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>{t('desk.more')}</Button></Group>}
    </Stack>
  )
}
